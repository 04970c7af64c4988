"""Reports: what a class did, for people and for other programs."""
