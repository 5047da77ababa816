package io.atalaya.catalog.rest;

import io.atalaya.catalog.dataset.Certification;
import io.atalaya.catalog.dataset.CertificationStore;
import io.atalaya.catalog.dataset.Dataset;
import io.atalaya.catalog.dataset.DatasetIndex;
import io.atalaya.catalog.dataset.DatasetSearch;
import io.atalaya.catalog.http.Body;
import io.atalaya.catalog.http.Caller;
import io.atalaya.catalog.http.Fields;
import io.atalaya.catalog.http.Recorder;
import io.atalaya.catalog.http.RequestException;
import io.atalaya.catalog.http.Route;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.PolicySnapshot;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Certifying that a dataset is fit for use, and withdrawing it. Stewards of a dataset and administrators who may know of it do so; that it
 * is certified, by whom and why, is for whoever may know of it.
 */
public final class CertificationRoutes {
    private static final int LONGEST_NOTE = 1_000;
    private static final int LONGEST_DAYS = 366;
    private static final int MOST = 200;
    private static final int SOON_DAYS = 14;
    private static final int MOST_ENDING = 50;

    private final DatasetIndex index;
    private final DatasetSearch search;
    private final CertificationStore certifications;
    private final Supplier<PolicySnapshot> policies;
    private final Recorder recorder;
    private final Clock clock;

    public CertificationRoutes(
            DatasetIndex index,
            DatasetSearch search,
            CertificationStore certifications,
            Supplier<PolicySnapshot> policies,
            Recorder recorder,
            Clock clock) {
        this.index = index;
        this.search = search;
        this.certifications = certifications;
        this.policies = policies;
        this.recorder = recorder;
        this.clock = clock;
    }

    /** All of them. */
    public List<Route> routes() {
        return List.of(
                Route.put("/datasets/{database}/{name}/certification", this::say),
                Route.get("/datasets/{database}/{name}/certifications", this::history),
                Route.get("/certifications", this::ending));
    }

    /** Whether somebody may certify a dataset that they may know of. */
    static boolean may(Caller caller, GovernedTable table, PolicySnapshot now) {
        return caller.administrator() || now.mayClassify(caller.principal(), table);
    }

    private record CertificationRequest(
            @Nullable Boolean certified,
            @Nullable String note,
            @Nullable String until) {
        boolean wanted() {
            if (certified == null) {
                throw RequestException.BadRequest.missing("certified");
            }
            return certified;
        }

        String words() {
            String words = Fields.prose("note", note, LONGEST_NOTE);
            if (words.isEmpty()) {
                throw RequestException.BadRequest.missing("note");
            }
            return words;
        }

        Optional<LocalDate> end(LocalDate today) {
            if (until == null || until.isBlank()) {
                return Optional.empty();
            }
            try {
                LocalDate day = LocalDate.parse(until.strip());
                if (day.isBefore(today) || day.isAfter(today.plusDays(LONGEST_DAYS))) {
                    throw new RequestException.BadRequest("'until' is a day from today on, in at most a year");
                }
                return Optional.of(day);
            } catch (DateTimeParseException _) {
                throw new RequestException.BadRequest("'until' must be a day such as 2026-12-31");
            }
        }
    }

    /** What was said of it; one that is {@code certified} may have ended since. */
    private record View(boolean certified, Instant at, String person, String note, Optional<LocalDate> until) {}

    /** A dataset of which a certification ends soon, or has ended not long ago. */
    private record Ending(String database, String name, String person, LocalDate until, boolean ended) {}

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }

    private void say(Context ctx) {
        Caller caller = Caller.of(ctx);
        KnownDataset known = KnownDataset.of(ctx, index, policies.get());
        GovernedTable table = known.dataset().table();
        if (!may(caller, table, known.now())) {
            throw new RequestException.Forbidden(
                    "not-steward", "A dataset is certified by its stewards and administrators");
        }
        CertificationRequest request = Body.read(ctx, CertificationRequest.class);
        String note = request.words();
        String person = caller.principal().name();
        LocalDate today = today();
        if (request.wanted()) {
            Optional<LocalDate> until = request.end(today);
            recorder.run(
                    caller,
                    "dataset.certify",
                    table.name().toString(),
                    Map.of(
                            "uuid",
                            table.uuid().toString(),
                            "until",
                            until.map(LocalDate::toString).orElse("")),
                    () -> certifications.certify(table.uuid(), person, note, until));
        } else {
            boolean withdrawn = recorder.change(
                    caller,
                    "dataset.certify.withdraw",
                    table.name().toString(),
                    Map.of("uuid", table.uuid().toString()),
                    () -> certifications.withdraw(table.uuid(), person, note, today));
            if (!withdrawn) {
                throw new RequestException.Conflict("It is not certified");
            }
        }
        ctx.status(204);
    }

    private void history(Context ctx) {
        KnownDataset known = KnownDataset.of(ctx, index, policies.get());
        Body.write(
                ctx,
                Page.of(certifications.history(known.dataset().table().uuid(), MOST).stream()
                        .map(said -> new View(
                                said.certified(),
                                said.what().at(),
                                said.what().person(),
                                said.what().note(),
                                said.what().until()))
                        .toList()));
    }

    /** Of what the caller may certify, those that end soon or have ended not long ago, the first to end first. */
    private void ending(Context ctx) {
        Caller caller = Caller.of(ctx);
        PolicySnapshot now = policies.get();
        LocalDate today = today();
        Body.write(
                ctx,
                Page.of(search.knownTo(caller.principal(), now).stream()
                        .filter(dataset -> ends(dataset, today))
                        .filter(dataset -> may(caller, dataset.table(), now))
                        .map(dataset -> ending(dataset, today))
                        .sorted(Comparator.comparing(Ending::until)
                                .thenComparing(Ending::database)
                                .thenComparing(Ending::name))
                        .limit(MOST_ENDING)
                        .toList()));
    }

    private static boolean ends(Dataset dataset, LocalDate today) {
        return dataset.certification()
                .flatMap(Certification::until)
                .filter(day -> !day.isAfter(today.plusDays(SOON_DAYS)) && !day.isBefore(today.minusDays(SOON_DAYS)))
                .isPresent();
    }

    private static Ending ending(Dataset dataset, LocalDate today) {
        Certification last = dataset.certification().orElseThrow();
        return new Ending(
                dataset.databaseName(),
                dataset.name(),
                last.person(),
                last.until().orElseThrow(),
                !last.holds(today));
    }
}
