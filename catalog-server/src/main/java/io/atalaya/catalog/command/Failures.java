package io.atalaya.catalog.command;

import io.atalaya.catalog.config.ConfigException;
import io.atalaya.catalog.demo.DemoException;
import io.atalaya.catalog.http.Problems;
import java.util.Objects;
import org.slf4j.LoggerFactory;

/** What went wrong, in a sentence for whoever typed the command. */
public final class Failures {
    private Failures() {}

    /** The sentence; the log has the rest. */
    public static String sentence(Throwable failure) {
        if (failure instanceof ConfigException
                || failure instanceof CommandException
                || failure instanceof DemoException) {
            return Objects.requireNonNullElse(failure.getMessage(), "refused");
        }
        return Problems.of(failure).map(problem -> problem.detail().toString()).orElseGet(() -> {
            LoggerFactory.getLogger(Failures.class).atError().setCause(failure).log("command failed");
            return failure.getClass().getSimpleName() + ": " + failure.getMessage();
        });
    }
}
