package io.atalaya.catalog.classify;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.iceberg.types.Type;

/** From the name, the type and some values of a column to what it holds. Pure: the same column is always the same. */
final class Classifier {
    private static final int BY_NAME_ALONE = 40;
    private static final int MOST = 99;

    /** How many values are looked at for what takes long to find in a text. */
    private static final int TEXTS = 200;

    private final Set<Kind> signs;
    private final boolean someName;
    private final List<String> values;

    private Classifier(String column, List<String> values) {
        this.signs = ColumnNames.signsOf(column);
        this.someName = ColumnNames.isSomeName(column);
        this.values = values;
    }

    /**
     * The likeliest kind, if any is likely.
     *
     * @param values some that are not null, as text; none for an empty table
     */
    static Optional<Finding> classify(String column, Type type, List<String> values) {
        Classifier about = new Classifier(column, values);
        Stream<Optional<Finding>> found = switch (type.typeId()) {
            case STRING -> values.isEmpty() ? about.byName(Set.of(Kind.values())) : about.ofText();
            case INTEGER, LONG ->
                values.isEmpty()
                        ? about.byName(Set.of(Kind.PHONE, Kind.CARD, Kind.NATIONAL_ID, Kind.POSTAL_CODE))
                        : about.ofNumbers();
            case FLOAT, DOUBLE, DECIMAL ->
                values.isEmpty()
                        ? about.byName(Set.of(Kind.LOCATION))
                        : Stream.of(about.signed(Kind.LOCATION, Values::isCoordinate, 0.4));
            case STRUCT, LIST, MAP -> Stream.of(about.texts(values));
            case BOOLEAN,
                    DATE,
                    TIME,
                    TIMESTAMP,
                    TIMESTAMP_NANO,
                    UUID,
                    FIXED,
                    BINARY,
                    VARIANT,
                    UNKNOWN,
                    GEOMETRY,
                    GEOGRAPHY -> Stream.empty();
        };
        return found.flatMap(Optional::stream).max(Comparator.comparingInt(Finding::confidence));
    }

    private Stream<Optional<Finding>> byName(Set<Kind> possible) {
        return signs.stream()
                .filter(possible::contains)
                .map(kind -> Optional.of(new Finding(kind, BY_NAME_ALONE, 0, 0)));
    }

    private Stream<Optional<Finding>> ofText() {
        double length = values.stream().mapToInt(String::length).average().orElse(0);
        if (length >= FreeText.LONG) {
            return Stream.of(texts(values));
        }
        return Stream.of(
                checked(Kind.EMAIL, Values::isEmail, 0.5, 0.1),
                checked(Kind.CARD, Values::isCard, 0.7, 0.3),
                checked(Kind.IBAN, Values::isIban, 0.5, 0.1),
                checked(Kind.NATIONAL_ID, NationalIds::matches, 0.6, 0.3),
                checked(Kind.IP, Values::isIp, 0.8, 0.4),
                checked(Kind.LOCATION, Values::isLocation, 0.7, 0.4),
                checked(
                        Kind.PHONE,
                        value ->
                                Values.isPhone(value) && (signs.contains(Kind.PHONE) || Values.isWrittenAsPhone(value)),
                        0.6,
                        0.3),
                signed(Kind.PHONE, Values::hasShapeOfPhone, 0.6),
                checked(Kind.ADDRESS, Values::isAddress, 0.4, 0.1),
                signed(Kind.ADDRESS, value -> value.indexOf(' ') > 0, 0.5),
                signed(Kind.POSTAL_CODE, Values::isPostalCode, 0.5),
                signed(Kind.NATIONAL_ID, NationalIds::isSsnWithoutDashes, 0.7),
                signed(Kind.LOCATION, Values::isCoordinate, 0.4),
                names(),
                signs.contains(Kind.FREE_TEXT) ? texts(values) : Optional.empty());
    }

    private Stream<Optional<Finding>> ofNumbers() {
        return Stream.of(
                checked(Kind.CARD, Values::isCard, 0.9, 0.5),
                signed(Kind.PHONE, Values::isPhone, 0.5),
                signed(Kind.NATIONAL_ID, NationalIds::isSsnWithoutDashes, 0.7),
                signed(Kind.POSTAL_CODE, Values::isPostalCode, 0.5));
    }

    /** Of values that can be told by themselves; the name makes fewer of them enough. */
    private Optional<Finding> checked(Kind kind, Predicate<String> is, double enough, double enoughWithSign) {
        boolean signed = signs.contains(kind);
        Finding finding = counted(kind, is, values);
        if (finding.share() < (signed ? enoughWithSign : enough)) {
            return Optional.empty();
        }
        return Optional.of(finding);
    }

    /** Of values that only the name makes what they are. */
    private Optional<Finding> signed(Kind kind, Predicate<String> is, double enough) {
        return signs.contains(kind) ? checked(kind, is, enough, enough) : Optional.empty();
    }

    /** Names of people look like other names: the column must say so, or many begin with a name that people have. */
    private Optional<Finding> names() {
        if (signs.contains(Kind.PERSON_NAME)) {
            return signed(Kind.PERSON_NAME, Values::isWrittenAsName, 0.6);
        }
        return checked(
                Kind.PERSON_NAME,
                value -> Values.isWrittenAsName(value) && FirstNames.beginsWithOne(value),
                someName ? 0.25 : 0.4,
                0.25);
    }

    /** Of texts, of which few may tell of people; the name of the column makes any text one that may. */
    private Optional<Finding> texts(List<String> all) {
        List<String> some = all.subList(0, Math.min(TEXTS, all.size()));
        Finding finding = counted(Kind.FREE_TEXT, FreeText::tellsOfPeople, some);
        double enough = signs.contains(Kind.FREE_TEXT) ? 0.005 : 0.02;
        return finding.matched() > 0 && finding.share() >= enough
                ? Optional.of(new Finding(
                        Kind.FREE_TEXT,
                        (int) Math.min(MOST, 60 + 100 * finding.share()),
                        finding.matched(),
                        finding.sampled()))
                : Optional.empty();
    }

    private Finding counted(Kind kind, Predicate<String> is, List<String> among) {
        int matched = (int) among.stream().filter(is).count();
        double share = among.isEmpty() ? 0 : (double) matched / among.size();
        int confidence = (int) Math.round(45 * share + (signs.contains(kind) ? 50 : 30));
        return new Finding(kind, Math.min(MOST, confidence), matched, among.size());
    }
}
