"""What is known of a network from its shapes alone: parameters, MACs, receptive fields, problems."""
