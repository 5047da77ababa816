package io.atalaya.catalog.rest;

import io.atalaya.catalog.dataset.DatasetOwners;
import io.atalaya.catalog.http.Body;
import io.atalaya.catalog.http.Caller;
import io.atalaya.catalog.http.Cursors;
import io.atalaya.catalog.http.Parameters;
import io.atalaya.catalog.http.RequestException;
import io.atalaya.catalog.http.Route;
import io.atalaya.lakehouse.catalog.LakeCatalog;
import io.atalaya.policies.Policies;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Source;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.Grantee;
import io.atalaya.policies.profile.Membership;
import io.atalaya.policies.profile.Profile;
import io.atalaya.policies.store.PolicyItem;
import io.atalaya.policies.store.PolicyLists;
import io.atalaya.policies.tag.TagAssignment;
import io.atalaya.policies.tag.TagTarget;
import io.atalaya.query.access.TableAccess;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;

/** What the policies say, for those who watch over something: to each only what is about that; and tags by hand. */
public final class PolicyRoutes {
    private static final int BATCH = 500;

    private final Policies policies;
    private final PolicyLists lists;
    private final LakeCatalog catalog;
    private final TableAccess tables;
    private final Function<PolicySnapshot, DatasetOwners> owners;
    private final Cursors cursors;

    public PolicyRoutes(
            Policies policies,
            PolicyLists lists,
            LakeCatalog catalog,
            TableAccess tables,
            Function<PolicySnapshot, DatasetOwners> owners,
            Cursors cursors) {
        this.policies = policies;
        this.lists = lists;
        this.catalog = catalog;
        this.tables = tables;
        this.owners = owners;
        this.cursors = cursors;
    }

    /** All of them. */
    public List<Route> routes() {
        return List.of(
                Route.get("/policies/profiles", this::profiles),
                Route.get("/policies/members", this::members),
                Route.get("/policies/tags", this::tags),
                Route.get("/policies/assignments", this::assignments),
                Route.put("/policies/assignments", this::assign),
                Route.get("/policies/grants", this::grants),
                Route.get("/policies/guards", this::guards),
                Route.get("/policies/filters", this::filters));
    }

    /** One who asks, and what it may know. */
    record Reader(Caller caller, PolicySnapshot now, Oversight oversight, PolicyViews views) {}

    private record ProfileView(
            String name, String description, boolean administrator, List<String> includes, String source) {}

    private record MemberView(String user, String profile, String source) {}

    private record TagView(String key, SortedSet<String> values) {}

    private record ExpressionView(String name, SortedMap<String, SortedSet<String>> tags, String source) {}

    private record TagPage(List<TagView> items, List<ExpressionView> expressions, Optional<String> nextCursor) {}

    private record AssignmentView(PolicyViews.On on, String key, String value, String source) {}

    private Reader reader(Context ctx) {
        PolicySnapshot now = policies.current();
        return reader(ctx, now, catalog, tables, owners.apply(now));
    }

    /** Who asks, if there is something for it to watch over. */
    static Reader reader(
            Context ctx, PolicySnapshot now, LakeCatalog catalog, TableAccess tables, DatasetOwners owners) {
        Caller caller = Caller.of(ctx);
        if (!Oversight.has(caller.principal(), caller.administrator(), now, owners)) {
            throw new RequestException.Forbidden(
                    "oversight-only", "Policies are for administrators, auditors, owners and stewards");
        }
        Oversight oversight = new Oversight(caller, now, catalog, tables, owners);
        return new Reader(caller, now, oversight, new PolicyViews(oversight, now));
    }

    private void profiles(Context ctx) {
        Reader reader = reader(ctx);
        Stream<Profile> all = reader.now().profiles().stream();
        page(
                ctx,
                reader,
                "profiles",
                all,
                profile -> profile.name() + " " + profile.source().text(),
                profile -> Optional.of(new ProfileView(
                        profile.name(),
                        profile.description(),
                        profile.administrator(),
                        reader.now().holder(profile.name()).profiles().stream()
                                .filter(name -> !name.equals(profile.name()))
                                .sorted()
                                .toList(),
                        profile.source().text())));
    }

    /** Who is who; for those who watch over everything. */
    private void members(Context ctx) {
        Reader reader = reader(ctx);
        if (!reader.oversight().isWhole()) {
            throw new RequestException.Forbidden(
                    "auditors-only", "Who has which profile is for administrators and auditors");
        }
        Optional<String> profile = Parameters.text(ctx, "profile");
        Optional<String> words = Parameters.text(ctx, "user");
        Iterator<Membership> all = batches(last -> lists.memberships(profile, words, last, BATCH));
        page(
                ctx,
                reader,
                "members " + profile + " " + words,
                all,
                PolicyRoutes::position,
                member -> Optional.of(new MemberView(
                        member.user(), member.profile(), member.source().text())));
    }

    private static String position(Membership member) {
        return member.user() + " " + member.profile() + " " + member.source().text();
    }

    private void tags(Context ctx) {
        Reader reader = reader(ctx);
        Cut<TagView> cut = cut(
                ctx,
                reader,
                "tags",
                reader.now().tagValues().entrySet().stream()
                        .map(tag -> new TagView(tag.getKey(), tag.getValue()))
                        .iterator(),
                TagView::key,
                Optional::of);
        Body.write(
                ctx,
                new TagPage(
                        cut.items(),
                        reader.now().tagExpressions().stream()
                                .map(named -> new ExpressionView(
                                        named.name(),
                                        named.expression().values(),
                                        named.source().text()))
                                .toList(),
                        cut.next()));
    }

    private void assignments(Context ctx) {
        Reader reader = reader(ctx);
        String key = Parameters.text(ctx, "key").orElseThrow(() -> RequestException.BadRequest.missing("key"));
        Iterator<TagAssignment> all = batches(last -> lists.assignments(key, last, BATCH));
        page(
                ctx,
                reader,
                "assignments " + key,
                all,
                one -> one.target().text() + " " + one.source().text(),
                one -> reader.views().target(one.target()).map(on -> view(one, on)));
    }

    private static AssignmentView view(TagAssignment one, PolicyViews.On on) {
        return new AssignmentView(
                on, one.tag().key(), one.tag().value(), one.source().text());
    }

    /** Gives a tag by hand, or takes back what was given by hand. */
    private void assign(Context ctx) {
        Caller caller = Caller.administrator(ctx);
        PolicySnapshot now = policies.current();
        TagRequest request = Body.read(ctx, TagRequest.class);
        TagTarget target = request.target(new GrantRequests(catalog, tables), caller.principal(), now);
        TagAssignment assignment = new TagAssignment(target, request.tag(), new Source.Hand());
        if (request.value() == null) {
            policies.remove(caller.principal(), new PolicyItem.OfAssignment(assignment));
            ctx.status(204);
            return;
        }
        policies.put(caller.principal(), new PolicyItem.OfAssignment(assignment));
        PolicySnapshot after = policies.current();
        new PolicyViews(new Oversight(caller, after, catalog, tables, owners.apply(after)), after)
                .target(target)
                .ifPresentOrElse(on -> Body.write(ctx, view(assignment, on)), () -> ctx.status(204));
    }

    private void grants(Context ctx) {
        Reader reader = reader(ctx);
        Optional<String> principal = Parameters.text(ctx, "principal").map(text -> text.toLowerCase(Locale.ROOT));
        Optional<String> source = Parameters.text(ctx, "source");
        Optional<String> name = Parameters.text(ctx, "table");
        Optional<UUID> table = name.map(one -> new GrantRequests(catalog, tables)
                .table(one, reader.caller().principal(), reader.now())
                .uuid());
        Stream<Grant> all = reader.now().grantees().stream()
                .filter(grantee -> principal.isEmpty() || grantee.text().contains(principal.get()))
                .flatMap((Grantee grantee) -> reader.now().grants(grantee).stream())
                .filter(grant -> source.isEmpty() || grant.source().text().startsWith(source.get()))
                .filter(grant -> table.isEmpty() || grant.resource().oneTable().equals(table));
        page(ctx, reader, "policy grants " + principal + source + name, all, Grant::id, reader.views()::grant);
    }

    private void guards(Context ctx) {
        Reader reader = reader(ctx);
        page(
                ctx,
                reader,
                "guards",
                reader.now().guards().stream(),
                io.atalaya.policies.guard.Guard::id,
                reader.views()::guard);
    }

    private void filters(Context ctx) {
        Reader reader = reader(ctx);
        page(
                ctx,
                reader,
                "filters",
                reader.now().filters().stream(),
                filter -> filter.id().toString(),
                reader.views()::filter);
    }

    /** A list read part by part, as one. */
    private static <T> Iterator<T> batches(Function<Optional<T>, List<T>> more) {
        return Stream.iterate(
                        more.apply(Optional.empty()),
                        batch -> !batch.isEmpty(),
                        batch -> batch.size() < BATCH ? List.<T>of() : more.apply(Optional.of(batch.getLast())))
                .flatMap(List::stream)
                .iterator();
    }

    private record Cut<T>(List<T> items, Optional<String> next) {}

    private <T, V> void page(
            Context ctx,
            Reader reader,
            String list,
            Stream<T> all,
            Function<T, String> position,
            Function<T, Optional<V>> view) {
        page(ctx, reader, list, all.iterator(), position, view);
    }

    private <T, V> void page(
            Context ctx,
            Reader reader,
            String list,
            Iterator<T> all,
            Function<T, String> position,
            Function<T, Optional<V>> view) {
        Cut<V> cut = cut(ctx, reader, list, all, position, view);
        Body.write(ctx, new Page<>(cut.items(), cut.next()));
    }

    /** What of {@code all} the reader may know of, after the cursor: what it may not know of takes no place on a page. */
    private <T, V> Cut<V> cut(
            Context ctx,
            Reader reader,
            String list,
            Iterator<T> all,
            Function<T, String> position,
            Function<T, Optional<V>> view) {
        int limit = Parameters.integer(ctx, "limit", 100, 1, 500);
        long epoch = reader.now().epoch();
        Optional<String> after = Parameters.text(ctx, "cursor")
                .map(cursor -> cursors.read(list, reader.caller().principal(), epoch, cursor));
        boolean begun = after.isEmpty();
        List<V> items = new ArrayList<>();
        String last = "";
        while (all.hasNext()) {
            T one = all.next();
            if (!begun) {
                begun = position.apply(one).equals(after.get());
                continue;
            }
            Optional<V> seen = view.apply(one);
            if (seen.isPresent() && items.size() == limit) {
                return new Cut<>(
                        items, Optional.of(cursors.write(list, reader.caller().principal(), epoch, last)));
            }
            if (seen.isPresent()) {
                items.add(seen.get());
                last = position.apply(one);
            }
        }
        return new Cut<>(items, Optional.empty());
    }
}
