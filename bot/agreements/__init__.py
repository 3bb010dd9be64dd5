"""What we and a person agreed in a talk: sent, answered, done or not, reminded of."""
