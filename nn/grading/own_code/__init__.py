"""A learner's function, mended by one edit of its own code: the edit is the mistake."""
