package io.atalaya.catalog.classify;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What the name of a column says of its values, in English and Spanish. A sign of several words needs them all, one after the
 * other.
 */
final class ColumnNames {
    private static final Map<Kind, List<String>> SIGNS = Map.ofEntries(
            Map.entry(Kind.EMAIL, List.of("email", "e mail", "mail", "correo", "correo electronico")),
            Map.entry(
                    Kind.PHONE,
                    List.of("phone", "telephone", "tel", "mobile", "cell", "fax", "telefono", "movil", "celular")),
            Map.entry(
                    Kind.CARD,
                    List.of("card number", "card no", "credit card", "cc number", "pan", "tarjeta", "num tarjeta")),
            Map.entry(
                    Kind.NATIONAL_ID,
                    List.of(
                            "ssn",
                            "social security",
                            "national id",
                            "tax id",
                            "dni",
                            "nif",
                            "nie",
                            "cif",
                            "passport",
                            "pasaporte",
                            "curp",
                            "rfc",
                            "documento identidad",
                            "seguridad social")),
            Map.entry(Kind.IBAN, List.of("iban", "bank account", "account iban", "cuenta bancaria")),
            Map.entry(
                    Kind.PERSON_NAME,
                    List.of(
                            "first name",
                            "last name",
                            "full name",
                            "surname",
                            "given name",
                            "family name",
                            "firstname",
                            "lastname",
                            "fullname",
                            "forename",
                            "middle name",
                            "maiden name",
                            "contact name",
                            "person name",
                            "employee name",
                            "patient name",
                            "holder name",
                            "apellido",
                            "apellidos",
                            "apellido 1",
                            "nombre completo",
                            "nombre pila",
                            "nombre apellidos",
                            "nombre cliente",
                            "nombre contacto",
                            "titular")),
            Map.entry(
                    Kind.ADDRESS,
                    List.of(
                            "address",
                            "address line",
                            "address line 1",
                            "street",
                            "street address",
                            "addr",
                            "direccion",
                            "domicilio",
                            "calle")),
            Map.entry(
                    Kind.LOCATION,
                    List.of(
                            "latitude",
                            "longitude",
                            "lat",
                            "lon",
                            "lng",
                            "long",
                            "latitud",
                            "longitud",
                            "coordinates",
                            "coordenadas",
                            "geolocation",
                            "gps")),
            Map.entry(
                    Kind.FREE_TEXT,
                    List.of(
                            "narrative",
                            "comment",
                            "comments",
                            "note",
                            "notes",
                            "remarks",
                            "message",
                            "feedback",
                            "complaint text",
                            "observaciones",
                            "comentario",
                            "comentarios",
                            "notas",
                            "mensaje")),
            Map.entry(Kind.IP, List.of("ip", "ip address", "ipv4", "ipv6", "client ip", "direccion ip")),
            Map.entry(
                    Kind.POSTAL_CODE,
                    List.of(
                            "zip",
                            "zip code",
                            "zipcode",
                            "postal code",
                            "postcode",
                            "postalcode",
                            "postal",
                            "codigo postal",
                            "cp")));

    /** Words before or after which a sign is no sign: they speak of something that belongs to the thing, not to a person. */
    private static final Map<Kind, Set<String>> NOT_BESIDE = Map.of(
            Kind.EMAIL, Set.of("count", "sent", "opened", "enabled", "opt", "status", "type"),
            Kind.PHONE, Set.of("type", "model", "count", "brand", "modelo", "tipo"),
            Kind.ADDRESS, Set.of("email", "mail", "ip", "mac", "type", "count", "web"),
            Kind.LOCATION, Set.of("name", "description", "term", "text"),
            Kind.FREE_TEXT, Set.of("count", "id", "type", "disputed"),
            Kind.IP, Set.of("count", "type"));

    private ColumnNames() {}

    /** The kinds that the name is a sign of. */
    static Set<Kind> signsOf(String column) {
        List<String> words = words(column);
        Set<Kind> kinds = EnumSet.noneOf(Kind.class);
        SIGNS.forEach((kind, signs) -> {
            boolean other = words.stream().anyMatch(NOT_BESIDE.getOrDefault(kind, Set.of())::contains);
            if (!other && signs.stream().anyMatch(sign -> has(words, List.of(sign.split(" "))))) {
                kinds.add(kind);
            }
        });
        return kinds;
    }

    /** Whether it is a name of something or somebody. */
    static boolean isSomeName(String column) {
        List<String> words = words(column);
        return words.contains("name")
                || words.contains("nombre")
                || words.contains("customer")
                || words.contains("cliente");
    }

    private static boolean has(List<String> words, List<String> sign) {
        for (int i = 0; i + sign.size() <= words.size(); i++) {
            if (words.subList(i, i + sign.size()).equals(sign)) {
                return true;
            }
        }
        return false;
    }

    /** {@code contactLastName}, {@code contact_last_name} and {@code CONTACT-LAST-NAME} are three words; digits are one. */
    private static List<String> words(String column) {
        String plain = Normalizer.normalize(column, Normalizer.Form.NFD).replaceAll("\\p{M}", "");
        String spaced = plain.replaceAll("(?<=[a-z])(?=[A-Z])", " ")
                .replaceAll("(?<=\\p{L})(?=\\d)|(?<=\\d)(?=\\p{L})", " ")
                .toLowerCase(Locale.ROOT)
                .replace("ipv 4", "ipv4")
                .replace("ipv 6", "ipv6");
        List<String> words = new ArrayList<>();
        for (String word : spaced.split("[^\\p{L}\\p{N}]+", -1)) {
            if (!word.isEmpty() && !Set.of("de", "del", "la", "el", "of", "the").contains(word)) {
                words.add(word);
            }
        }
        return words;
    }
}
