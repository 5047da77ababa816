package io.atalaya.catalog.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeAndTimeBasedRollingPolicy;
import ch.qos.logback.core.util.FileSize;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/** Where events are written: one JSON object a line, in a file that is renewed each day, and on the error stream. */
public final class Logs {
    /** It writes past these logs, of a module of the JDK that is not ready, with which it would be faster. */
    private static final java.util.logging.Logger LUCENE = java.util.logging.Logger.getLogger("org.apache.lucene");

    static {
        LUCENE.setLevel(java.util.logging.Level.SEVERE);
    }

    private Logs() {}

    /** For a command: only warnings, as plain lines on the error stream. */
    public static void forCommand() {
        LoggerContext context = emptied();
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern("%level %logger{0}: %msg %kvp%n%nopex");
        encoder.start();
        attach(context, console(context, encoder));
        context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.ERROR);
    }

    /** For a service in the foreground: the folder and, if wanted, the error stream. */
    public static void forService(Path folder, boolean alsoConsole) {
        LoggerContext context = emptied();
        attach(context, file(context, folder));
        if (alsoConsole) {
            attach(context, console(context, json(context)));
        }
        context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.INFO);
        for (String noisy : new String[] {
            "org.eclipse.jetty",
            "io.javalin",
            "org.flywaydb",
            "com.zaxxer.hikari",
            "org.apache.iceberg",
            "org.apache.kafka",
            "io.debezium"
        }) {
            context.getLogger(noisy).setLevel(Level.WARN);
        }
    }

    private static LoggerContext emptied() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        // It writes what a server says, which quotes rows; we tell the kind of it ourselves.
        context.getLogger("org.mariadb.jdbc").setLevel(Level.OFF);
        return context;
    }

    private static void attach(LoggerContext context, OutputStreamAppender<ILoggingEvent> appender) {
        appender.start();
        context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(appender);
    }

    private static OutputStreamAppender<ILoggingEvent> console(LoggerContext context, Encoder<ILoggingEvent> encoder) {
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setTarget("System.err");
        appender.setEncoder(encoder);
        return appender;
    }

    private static OutputStreamAppender<ILoggingEvent> file(LoggerContext context, Path folder) {
        RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
        appender.setContext(context);
        appender.setFile(folder.resolve("atalaya.log").toString());
        SizeAndTimeBasedRollingPolicy<ILoggingEvent> policy = new SizeAndTimeBasedRollingPolicy<>();
        policy.setContext(context);
        policy.setParent(appender);
        policy.setFileNamePattern(
                folder.resolve("atalaya.%d{yyyy-MM-dd}.%i.log.gz").toString());
        policy.setMaxFileSize(new FileSize(64L << 20));
        policy.setMaxHistory(14);
        policy.setTotalSizeCap(new FileSize(1L << 30));
        policy.start();
        appender.setRollingPolicy(policy);
        appender.setEncoder(json(context));
        return appender;
    }

    private static JsonEncoder json(LoggerContext context) {
        JsonEncoder encoder = new JsonEncoder() {
            @Override
            protected void appendThrowableProxy(
                    StringBuilder line, String name, IThrowableProxy thrown, boolean separated) {
                super.appendThrowableProxy(
                        line, name, thrown == null || thrown instanceof Told ? thrown : new Told(thrown), separated);
            }
        };
        encoder.setContext(context);
        encoder.setWithContext(false);
        encoder.setWithSequenceNumber(false);
        encoder.setWithNanoseconds(false);
        encoder.setWithFormattedMessage(true);
        encoder.setWithMessage(false);
        encoder.setWithArguments(false);
        encoder.start();
        return encoder;
    }
}
