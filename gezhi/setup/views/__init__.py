"""The pages of the setup, one module a step."""
