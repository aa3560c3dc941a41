"""Small networks learn their weights: tasks, data, losses, optimisers, and the trainer that steps."""
