"""Pages of the way to a submission, split by subject, and downloads."""
