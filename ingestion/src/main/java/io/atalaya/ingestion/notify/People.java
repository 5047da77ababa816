package io.atalaya.ingestion.notify;

import java.time.Instant;
import java.util.Set;
import java.util.UUID;

/** Those who can be told something in the service itself: in its console, and by mail where there is one. */
public interface People {
    /** There is nobody. */
    People NONE = new People() {
        @Override
        public int tell(Word word) {
            return 0;
        }

        @Override
        public void missed(Missed missed) {}

        @Override
        public Set<String> people(Set<String> names) {
            return Set.of();
        }
    };

    /**
     * A word about a run.
     *
     * @param stage its place among the stages of the pipeline, from 0; with the run it says which word this is
     * @param who names of users and profiles; those that nobody has are nobody
     */
    record Word(UUID run, int stage, String pipeline, String message, boolean success, Set<String> who) {}

    /**
     * A deadline that was missed.
     *
     * @param who as of a word
     */
    record Missed(String pipeline, Instant due, Set<String> who) {}

    /** Tells them, once, however often the same word is said; answers how many people it is for. */
    int tell(Word word);

    /** Tells them of a deadline, once, however often it is said. */
    void missed(Missed missed);

    /** The users that names of users and profiles mean now. */
    Set<String> people(Set<String> names);
}
