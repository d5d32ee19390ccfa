"""Pages of the desk: for its members, signed in with two factors."""
