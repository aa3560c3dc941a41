"""Many photographs through a network: what each channel answers to, and where the information is.

A survey is cut into shards of `SHARD` files. A shard's numbers are the same wherever and by however many
threads it is computed, and shards are added up in their order: so the result is the same to the byte
whether it was made on one core or many, in one go or resumed, here or on a cluster.
"""
