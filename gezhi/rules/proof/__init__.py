"""What a model must keep, proved by walking every state it can come to. `check.check` is the way in."""
