"""What pages and files say of papers to programs: where they are, how they are cited, what is known of them."""
