package io.atalaya.policies.code;

import java.util.List;

/**
 * What policy tests found.
 *
 * @param outcomes of all tests, in the order of the files
 * @param unnoticed changes to the workspace's own policies that no test would fail of, for people, each with the file
 *     and line of the rule, in the order of its files; empty if a test failed already
 * @param pending tables that tests speak of and that neither exist nor are declared
 */
public record PolicyTestReport(List<Outcome> outcomes, List<String> unnoticed, List<String> pending) {
    public PolicyTestReport {
        outcomes = List.copyOf(outcomes);
        unnoticed = List.copyOf(unnoticed);
        pending = List.copyOf(pending);
    }

    /**
     * Of one test.
     *
     * @param line where it begins, from 1
     * @param subject who and what, for people
     * @param failures in what it is not as expected; empty if it holds
     */
    public record Outcome(String file, int line, String subject, List<String> failures) {
        public Outcome {
            failures = List.copyOf(failures);
        }
    }

    /** How many tests do not hold. */
    public long failed() {
        return outcomes.stream()
                .filter(outcome -> !outcome.failures().isEmpty())
                .count();
    }
}
