-- What a bucket says an object is (its ETag), which tells it from another that was put there within the same second.
ALTER TABLE delivery_seen ADD COLUMN tag TEXT;
