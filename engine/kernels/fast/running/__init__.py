"""How threads run the rows of a plan: the table, who takes which task, and what they do between runs."""
