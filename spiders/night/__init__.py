"""A night: which pages of a source are asked, why, and where it may stop."""
