package io.atalaya.policies.code;

import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Source;
import io.atalaya.policies.grant.ColumnSelection;
import io.atalaya.policies.guard.Guard;
import io.atalaya.policies.mask.Mask;
import io.atalaya.policies.predicate.Predicate;
import io.atalaya.policies.predicate.PredicateParser;
import io.atalaya.policies.store.PolicyItem;
import io.atalaya.policies.yaml.YamlDocument;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/** Binds the guards of policy files. */
final class GuardBinder {
    private final Source source;
    private final Scope scope;
    private final BiConsumer<Place, PolicyItem> sink;

    GuardBinder(Source source, Scope scope, BiConsumer<Place, PolicyItem> sink) {
        this.source = source;
        this.scope = scope;
        this.sink = sink;
    }

    void bind(YamlDocument<PolicyFile> file) {
        Binder.each(file.value().guards()).forEach((name, guard) -> {
            Place place = new Place(file, "guards." + name);
            Set<String> exempt = guard.except() == null ? Set.of() : guard.except();
            exempt.forEach(profile -> scope.checkProfile(place.at("except"), profile));
            target(place.at("on"), place.present("on", guard.on()))
                    .ifPresent(target -> sink.accept(
                            place,
                            place.check(() -> new PolicyItem.OfGuard(new Guard(
                                    source.text() + "/" + name,
                                    name,
                                    guard.description() == null
                                            ? ""
                                            : guard.description().strip(),
                                    target.selector(),
                                    effect(place, guard, target),
                                    exempt,
                                    source)))));
        });
    }

    /** What is guarded; the table if its rows can be spoken of by column. */
    private record Target(Guard.Selector selector, Optional<GovernedTable> table) {}

    private Optional<Target> target(Place place, PolicyFile.GuardOn on) {
        String given = place.exactlyOne(Map.of(
                "columnsTagged", Optional.ofNullable(on.columnsTagged()),
                "database", Optional.ofNullable(on.database()),
                "table", Optional.ofNullable(on.table())));
        Place at = place.at(given);
        if (on.columns() != null && on.table() == null) {
            throw place.at("columns").problem("columns go with table");
        }
        return switch (given) {
            case "columnsTagged" ->
                Optional.of(new Target(
                        new Guard.Selector.Tagged(scope.expression(at, place.present(given, on.columnsTagged()))),
                        Optional.empty()));
            case "database" ->
                scope.database(at, place.present(given, on.database()))
                        .map(uuid -> new Target(new Guard.Selector.Database(uuid), Optional.empty()));
            default -> scope.table(at, place.present(given, on.table())).map(table -> target(place, on, table));
        };
    }

    private Target target(Place place, PolicyFile.GuardOn on, GovernedTable table) {
        if (on.columns() == null) {
            return new Target(new Guard.Selector.Table(table.databaseUuid(), table.uuid()), Optional.of(table));
        }
        ColumnSelection columns = scope.selection(place, table, on.columns(), null);
        return new Target(new Guard.Selector.Columns(table.databaseUuid(), table.uuid(), columns), Optional.empty());
    }

    private static Guard.Effect effect(Place place, PolicyFile.Guard guard, Target target) {
        String given = place.exactlyOne(Map.of(
                "hide", Optional.ofNullable(guard.hide()),
                "mask", Optional.ofNullable(guard.mask()),
                "rows", Optional.ofNullable(guard.rows())));
        return switch (given) {
            case "hide" -> {
                place.at("hide").isTrue(guard.hide());
                yield new Guard.Effect.Hide();
            }
            case "mask" -> new Guard.Effect.Masks(mask(place.at("mask"), place.present(given, guard.mask())));
            default -> {
                String text = place.present(given, guard.rows());
                Predicate rows = place.at("rows")
                        .check(() -> target.table()
                                .map(table -> PredicateParser.parse(text, table.schema(), table.partitionSources()))
                                .orElseGet(() -> PredicateParser.parseOverValue(text, Guard.VALUE)));
                yield new Guard.Effect.Rows(rows);
            }
        };
    }

    static Mask mask(Place place, PolicyFile.Mask mask) {
        String given = place.exactlyOne(Map.of(
                "null", Optional.ofNullable(mask.nothing()),
                "constant", Optional.ofNullable(mask.constant()),
                "redact", Optional.ofNullable(mask.redact()),
                "redactNumbers", Optional.ofNullable(mask.redactNumbers()),
                "showFirst", Optional.ofNullable(mask.showFirst()),
                "showLast", Optional.ofNullable(mask.showLast()),
                "pseudonym", Optional.ofNullable(mask.pseudonym()),
                "truncateDate", Optional.ofNullable(mask.truncateDate()),
                "round", Optional.ofNullable(mask.round()),
                "coarsen", Optional.ofNullable(mask.coarsen())));
        if (mask.minHidden() != null && !given.startsWith("show")) {
            throw place.at("minHidden").problem("minHidden goes with showFirst and showLast");
        }
        Place at = place.at(given);
        return at.check(() -> switch (given) {
            case "null" -> {
                at.isTrue(mask.nothing());
                yield new Mask.Null();
            }
            case "constant" -> new Mask.Constant(place.present(given, mask.constant()));
            case "redact" -> {
                at.isTrue(mask.redact());
                yield new Mask.Redact();
            }
            case "redactNumbers" -> new Mask.RedactNumbers(place.present(given, mask.redactNumbers()));
            case "showFirst" -> {
                int shown = place.present(given, mask.showFirst());
                yield new Mask.ShowFirst(shown, mask.minHidden() == null ? shown : mask.minHidden());
            }
            case "showLast" -> {
                int shown = place.present(given, mask.showLast());
                yield new Mask.ShowLast(shown, mask.minHidden() == null ? shown : mask.minHidden());
            }
            case "pseudonym" -> new Mask.Pseudonym(place.present(given, mask.pseudonym()));
            case "truncateDate" -> new Mask.TruncateDate(place.present(given, mask.truncateDate()));
            case "round" -> new Mask.Round(place.present(given, mask.round()));
            default -> new Mask.Coarsen(place.present(given, mask.coarsen()));
        });
    }
}
