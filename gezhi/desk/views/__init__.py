"""The pages of the desk: fetch through the gate, call one service, show or say no."""
