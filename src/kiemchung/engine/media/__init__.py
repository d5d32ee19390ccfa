"""Recognises pictures, sound and video that were already checked, also cropped, clipped or captioned."""
