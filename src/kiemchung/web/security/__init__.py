"""What holds for every answer, whichever page gives it."""
