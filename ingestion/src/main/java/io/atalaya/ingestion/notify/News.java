package io.atalaya.ingestion.notify;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.file.Sha256;
import io.atalaya.ingestion.notify.ToldRows.Pending;
import io.atalaya.ingestion.notify.ToldRows.Reader;
import io.atalaya.ingestion.pipeline.RunDate;
import io.atalaya.ingestion.pipeline.Stage;
import io.atalaya.ingestion.run.StageWork;
import io.atalaya.ingestion.table.Questions;
import io.atalaya.policies.Policies;
import io.atalaya.policies.Principal;
import io.atalaya.policies.Sentence;
import io.atalaya.query.CompiledQuery;
import io.atalaya.query.Compiler;
import io.atalaya.query.QueryException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.iceberg.catalog.Namespace;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Tells of rows, each once to everybody: what somebody is told of is what a SELECT gives that person now and has not given the
 * last time, under the person's own filters and masks.
 */
public final class News {
    private static final int MOST = 100_000;

    private final Compiler compiler;
    private final Questions questions;
    private final Policies policies;
    private final ToldRows told;

    public News(Compiler compiler, Questions questions, Policies policies, Jdbi jdbi) {
        this.compiler = compiler;
        this.questions = questions;
        this.policies = policies;
        this.told = new ToldRows(jdbi);
    }

    /** Says it, and may be asked to say the same twice after a crash. */
    @FunctionalInterface
    interface Telling {
        void tell(UUID run, long rows) throws InterruptedException;
    }

    /** What the pipeline's own principal sees is told to those without a name; answers how many rows are new. */
    long forAll(StageWork work, Stage.Notify.Rows rows, Telling telling) throws InterruptedException {
        return tell(work, "", seen(work, work.principal(), rows), telling);
    }

    /** What a user sees is told to that user; answers how many rows are new. */
    long forUser(StageWork work, Stage.Notify.Rows rows, String user, Telling telling) throws InterruptedException {
        Set<String> seen;
        try {
            seen = seen(work, policies.current().principal(user), rows);
        } catch (QueryException e) {
            if (e instanceof QueryException.Unavailable) {
                throw e;
            }
            // Who may not ask sees no row, and is told of none.
            seen = Set.of();
        }
        return tell(work, user, seen, telling);
    }

    private long tell(StageWork work, String who, Set<String> seen, Telling telling) throws InterruptedException {
        Reader reader = new Reader(work.pipeline().name(), work.stage(), who);
        long rows = 0;
        Optional<Pending> next = told.pending(reader);
        if (next.isEmpty()) {
            next = told.hasTold(reader, work.run()) ? Optional.empty() : told.see(reader, seen, work.run());
        }
        while (next.isPresent()) {
            Pending pending = next.get();
            work.reached("found");
            telling.tell(pending.run(), pending.rows());
            work.reached("told");
            told.told(reader, pending.run());
            rows += pending.rows();
            next = told.hasTold(reader, work.run()) ? Optional.empty() : told.see(reader, seen, work.run());
        }
        return rows;
    }

    private Set<String> seen(StageWork work, Principal principal, Stage.Notify.Rows rows) {
        work.goOn();
        RunDate text = RunDate.in(rows.sql());
        CompiledQuery query =
                compiler.compile(principal, text.text(), rows.database().map(Namespace::of), text.values(work.date()));
        List<List<@Nullable String>> all = query.rows()
                .orElseGet(() -> questions.ask("SELECT * FROM (" + query.duckSql() + ") seen LIMIT " + (MOST + 1)));
        if (all.size() > MOST) {
            throw new IngestionException.BadStage(
                    "The SELECT of stage '{0}' gives more than {1} rows; nobody wants to be told of so many",
                    work.stage(), Sentence.count(MOST));
        }
        Set<String> hashes = new HashSet<>();
        for (List<@Nullable String> row : all) {
            StringBuilder values = new StringBuilder();
            row.forEach(value -> values.append(value == null ? "-" : value.length() + ":" + value));
            hashes.add(Sha256.of(values.toString()));
        }
        return hashes;
    }
}
