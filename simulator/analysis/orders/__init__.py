"""Which event came before which for a reason: happens-before, races, and which locks were held where."""
