package io.atalaya.ingestion.pipeline;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Optional;

/** Unix cron: minute, hour, day of month, month, day of week. */
public final class CronTable {
    private CronTable() {}

    /** @throws IllegalArgumentException saying what is wrong with the expression */
    static void check(String expression) {
        parser().parse(expression).validate();
    }

    /** The first time after {@code after}, in that zone's civil time; empty if there is none. */
    public static Optional<Instant> next(String expression, ZoneId zone, Instant after) {
        return ExecutionTime.forCron(parser().parse(expression))
                .nextExecution(after.atZone(zone))
                .map(ZonedDateTime::toInstant);
    }

    private static CronParser parser() {
        return new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));
    }
}
