package io.atalaya.catalog.log;

import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import ch.qos.logback.classic.spi.ThrowableProxy;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A failure as the log tells it. What libraries say quotes data: a row that a database refused, a text that is no number; and who
 * reads the log need not be somebody who may see the data. So of theirs only the kind and the place are told, and in messages of ours
 * that repeat them as well.
 */
record Told(IThrowableProxy thrown) implements IThrowableProxy {
    private static final int DEEPEST = 20;

    /** Ours, and those about files, connections, threads and the machine. */
    private static final Pattern WITHOUT_DATA =
            Pattern.compile("io\\.atalaya\\..*|java\\.(io|nio|net|util\\.concurrent)\\..*"
                    + "|java\\.lang\\.(NullPointerException|InterruptedException|\\w+Error)");

    /** How DuckDB's messages begin. */
    private static final Pattern KIND = Pattern.compile("[A-Z][a-z]+( [A-Z][a-z]+)? Error(?=:)");

    @Override
    public @Nullable String getMessage() {
        String message = thrown.getMessage();
        if (message == null) {
            return null;
        }
        if (!isWithoutData(thrown)) {
            return kind(thrown);
        }
        IThrowableProxy cause = thrown.getCause();
        for (int depth = 0; cause != null && depth < DEEPEST; depth++) {
            String said = cause.getMessage();
            if (said != null && !said.isEmpty() && !isWithoutData(cause)) {
                message = message.replace(said, kind(cause));
                message = message.replace(said.strip().lines().findFirst().orElse(said), kind(cause));
            }
            cause = cause.getCause();
        }
        return message;
    }

    private static boolean isWithoutData(IThrowableProxy thrown) {
        return WITHOUT_DATA.matcher(thrown.getClassName()).matches();
    }

    private static String kind(IThrowableProxy thrown) {
        Matcher kind = KIND.matcher(String.valueOf(thrown.getMessage()));
        String state = thrown instanceof ThrowableProxy proxy
                        && proxy.getThrowable() instanceof SQLException sql
                        && sql.getSQLState() != null
                ? "SQL state " + sql.getSQLState()
                : "";
        return "(" + (kind.lookingAt() ? kind.group() : state.isEmpty() ? "what it says may quote data" : state) + ")";
    }

    @Override
    public String getClassName() {
        return thrown.getClassName();
    }

    @Override
    public StackTraceElementProxy[] getStackTraceElementProxyArray() {
        return thrown.getStackTraceElementProxyArray();
    }

    @Override
    public int getCommonFrames() {
        return thrown.getCommonFrames();
    }

    @Override
    public @Nullable IThrowableProxy getCause() {
        return thrown.getCause() == null ? null : new Told(thrown.getCause());
    }

    @Override
    public IThrowableProxy[] getSuppressed() {
        return Stream.ofNullable(thrown.getSuppressed())
                .flatMap(Arrays::stream)
                .map(Told::new)
                .toArray(IThrowableProxy[]::new);
    }

    @Override
    public boolean isCyclic() {
        return thrown.isCyclic();
    }
}
