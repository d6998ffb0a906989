"""One file each: what people of the staff do with what they can see of others."""
