package io.atalaya.policies.snapshot;

import io.atalaya.policies.Decision;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Permission;
import io.atalaya.policies.Principal;
import java.time.Instant;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Decisions of one epoch that were taken already, those asked for lately. As policies of an epoch never change, they hold
 * until a grant near them begins or ends.
 */
final class DecisionCache {
    /** How many are kept in each of two generations. */
    private static final int GENERATION = 8_192;

    private volatile ConcurrentHashMap<Question, Answer> young = new ConcurrentHashMap<>();
    private volatile ConcurrentHashMap<Question, Answer> old = new ConcurrentHashMap<>();

    private record Question(Principal principal, Permission permission, GovernedTable table) {
        @Override
        public int hashCode() {
            return (principal.name().hashCode() * 31 + table.uuid().hashCode()) * 31 + permission.hashCode();
        }

        /** The same objects come again and again: looking into them is spared. */
        @Override
        @SuppressWarnings("ReferenceEquality")
        public boolean equals(@Nullable Object other) {
            return other instanceof Question(var asker, var asked, var about)
                    && permission == asked
                    && (table == about || table.equals(about))
                    && (principal == asker || principal.equals(asker));
        }
    }

    /** A decision and the span of time in which it is the same. */
    record Answer(Decision decision, Instant from, Instant until) {
        boolean holdsAt(Instant now) {
            return !now.isBefore(from) && now.isBefore(until);
        }
    }

    /** How a decision is taken that is not known yet. */
    @FunctionalInterface
    interface Judge {
        Answer decide(Principal principal, Permission permission, GovernedTable table, Instant now);
    }

    Decision get(Principal principal, Permission permission, GovernedTable table, Instant now, Judge judge) {
        Question question = new Question(principal, permission, table);
        Answer answer = young.get(question);
        if (answer == null) {
            answer = old.get(question);
            if (answer == null || !answer.holdsAt(now)) {
                answer = judge.decide(principal, permission, table, now);
            }
            keep(question, answer);
        } else if (!answer.holdsAt(now)) {
            answer = judge.decide(principal, permission, table, now);
            keep(question, answer);
        }
        return answer.decision();
    }

    private void keep(Question question, Answer answer) {
        ConcurrentHashMap<Question, Answer> current = young;
        current.put(question, answer);
        if (current.mappingCount() > GENERATION) {
            turnOver(current);
        }
    }

    @SuppressWarnings("ReferenceEquality") // Only one of the threads that found it full puts a new one in its place.
    private synchronized void turnOver(ConcurrentHashMap<Question, Answer> full) {
        if (young == full) {
            old = full;
            young = new ConcurrentHashMap<>();
        }
    }
}
