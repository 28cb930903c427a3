"""Bodies that make sound: each is driven by numbers and gives a dry signal in pascal. They know nothing of canyons."""
