"""The order of steps: which rows are loaded, what is folded, when a score is judged. No drivers, no rules."""
