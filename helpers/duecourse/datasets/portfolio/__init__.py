"""The portfolio: a lender's book of related tables, generated so that its ledger balances at any size."""
