package io.atalaya.catalog.rest;

import io.atalaya.catalog.dataset.DatasetIndex;
import io.atalaya.catalog.discussion.Comment;
import io.atalaya.catalog.discussion.Comments;
import io.atalaya.catalog.discussion.Mentions;
import io.atalaya.catalog.http.Body;
import io.atalaya.catalog.http.Caller;
import io.atalaya.catalog.http.Cursors;
import io.atalaya.catalog.http.Fields;
import io.atalaya.catalog.http.Parameters;
import io.atalaya.catalog.http.Recorder;
import io.atalaya.catalog.http.RequestException;
import io.atalaya.catalog.http.Route;
import io.atalaya.catalog.identity.Users;
import io.atalaya.catalog.request.Notices;
import io.atalaya.policies.PolicySnapshot;
import io.javalin.http.Context;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * What people say to each other about a dataset. It is there for whoever may know of the dataset, and who is mentioned is told of it
 * only if that is so for them; who writes is not told who that was. The record in the audit has no text.
 */
public final class DiscussionRoutes {
    private static final int LONGEST = 4_000;

    private final DatasetIndex index;
    private final Comments comments;
    private final Supplier<PolicySnapshot> policies;
    private final Users users;
    private final Notices notices;
    private final Cursors cursors;
    private final Recorder recorder;

    public DiscussionRoutes(
            DatasetIndex index,
            Comments comments,
            Supplier<PolicySnapshot> policies,
            Users users,
            Notices notices,
            Cursors cursors,
            Recorder recorder) {
        this.index = index;
        this.comments = comments;
        this.policies = policies;
        this.users = users;
        this.notices = notices;
        this.cursors = cursors;
        this.recorder = recorder;
    }

    /** All of them. */
    public List<Route> routes() {
        return List.of(
                Route.get("/datasets/{database}/{name}/comments", this::list),
                Route.post("/datasets/{database}/{name}/comments", this::say),
                Route.put("/datasets/{database}/{name}/comments/{number}", this::edit),
                Route.delete("/datasets/{database}/{name}/comments/{number}", this::remove));
    }

    private record Said(@Nullable String text) {}

    /** A comment, and whether the caller may say it otherwise or take it away. */
    private record View(
            long number,
            Instant at,
            String person,
            String text,
            Optional<Instant> edited,
            boolean mayEdit,
            boolean mayRemove) {}

    /** The dataset, and who asks about it. */
    private record Asked(KnownDataset known, Caller caller) {
        UUID table() {
            return known.dataset().table().uuid();
        }

        String name() {
            return known.dataset().table().name().toString();
        }

        boolean wrote(Comment comment) {
            return comment.person().equals(caller.principal().name());
        }

        /** Stewards of the dataset and administrators keep order. */
        boolean mayRemove(Comment comment) {
            return wrote(comment)
                    || caller.administrator()
                    || known.now()
                            .mayClassify(caller.principal(), known.dataset().table());
        }

        View view(Comment comment) {
            return new View(
                    comment.number(),
                    comment.at(),
                    comment.person(),
                    comment.text(),
                    comment.edited(),
                    wrote(comment),
                    mayRemove(comment));
        }
    }

    private Asked asked(Context ctx) {
        return new Asked(KnownDataset.of(ctx, index, policies.get()), Caller.of(ctx));
    }

    private void list(Context ctx) {
        Asked asked = asked(ctx);
        int limit = Parameters.integer(ctx, "limit", 30, 1, 100);
        String list = "comments " + asked.table();
        long epoch = asked.known().now().epoch();
        OptionalLong before = Parameters.text(ctx, "cursor").stream()
                .mapToLong(cursor ->
                        Long.parseLong(cursors.read(list, asked.caller().principal(), epoch, cursor)))
                .findFirst();
        List<Comment> page = comments.before(asked.table(), before, limit + 1);
        Optional<String> next = page.size() <= limit
                ? Optional.empty()
                : Optional.of(cursors.write(
                        list,
                        asked.caller().principal(),
                        epoch,
                        Long.toString(page.get(limit - 1).number())));
        Body.write(ctx, new Page<>(page.stream().limit(limit).map(asked::view).toList(), next));
    }

    private void say(Context ctx) {
        Asked asked = asked(ctx);
        String text = text(Body.read(ctx, Said.class));
        Comment said = recorder.change(
                asked.caller(),
                "dataset.comment",
                asked.name(),
                Map.of("uuid", asked.table().toString()),
                () -> comments.add(
                        asked.table(), asked.caller().principal().name(), text, told(asked, text, Comment::at)));
        Body.write(ctx, 201, asked.view(said));
    }

    private void edit(Context ctx) {
        Asked asked = asked(ctx);
        Comment there = comment(ctx, asked);
        if (!asked.wrote(there)) {
            throw new RequestException.Forbidden("not-yours", "Only who wrote a comment may change it");
        }
        String text = text(Body.read(ctx, Said.class));
        Comment edited = recorder.change(
                        asked.caller(),
                        "dataset.comment.change",
                        asked.name(),
                        about(asked, there),
                        () -> comments.edit(
                                asked.table(),
                                there.number(),
                                text,
                                told(asked, text, comment -> comment.edited().orElse(comment.at()))))
                .orElseThrow(() -> missing(there.number()));
        Body.write(ctx, asked.view(edited));
    }

    private void remove(Context ctx) {
        Asked asked = asked(ctx);
        Comment there = comment(ctx, asked);
        if (!asked.mayRemove(there)) {
            throw new RequestException.Forbidden(
                    "not-yours", "A comment is taken away by who wrote it, stewards of the dataset and administrators");
        }
        recorder.run(
                asked.caller(),
                "dataset.comment.delete",
                asked.name(),
                about(asked, there),
                () -> comments.remove(asked.table(), there.number()));
        ctx.status(204);
    }

    private static Map<String, Object> about(Asked asked, Comment comment) {
        return Map.of("uuid", asked.table().toString(), "number", comment.number(), "writtenBy", comment.person());
    }

    private Comment comment(Context ctx, Asked asked) {
        long number = Parameters.number(ctx, "number", "Comment");
        return comments.find(asked.table(), number).orElseThrow(() -> missing(number));
    }

    private static RequestException missing(long number) {
        return new RequestException.NotFound("Comment '{0}'", number);
    }

    private static String text(Said said) {
        String text = Fields.prose("text", said.text(), LONGEST);
        if (text.isEmpty()) {
            throw RequestException.BadRequest.missing("text");
        }
        return text;
    }

    /** Tells those whom it mentions who are users and may know of the dataset; whom a comment has told, it does not tell again. */
    private BiConsumer<Handle, Comment> told(Asked asked, String text, Function<Comment, Instant> when) {
        List<String> people = Mentions.in(text).stream()
                .filter(name -> !name.equals(asked.caller().principal().name()))
                .filter(name ->
                        users.find(name).filter(user -> !user.disabled()).isPresent())
                .filter(name -> asked.known()
                        .now()
                        .mayDescribe(
                                asked.known().now().principal(name),
                                asked.known().dataset().table()))
                .toList();
        return (handle, comment) -> notices.add(
                handle,
                new Notices.Notice(
                        Notices.About.DATASET, asked.table(), comment.number(), when.apply(comment), "mentioned"),
                people);
    }
}
