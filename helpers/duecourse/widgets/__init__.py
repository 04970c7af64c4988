"""What a lesson shows: the look of its figures."""
