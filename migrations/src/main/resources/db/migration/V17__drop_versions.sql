-- Objects of a bucket are told from others of their name by their tag, too: their times are to the second only.
ALTER TABLE delivery_seen ADD COLUMN tag TEXT;
