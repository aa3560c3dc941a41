"""Pictures that a network makes by itself: what would move a channel most, and what did, projected back."""
