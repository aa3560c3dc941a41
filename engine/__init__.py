"""Networks, their numbers and their feature maps, without a screen."""
