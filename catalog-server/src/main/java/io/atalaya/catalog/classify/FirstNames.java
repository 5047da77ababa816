package io.atalaya.catalog.classify;

import java.text.Normalizer;
import java.util.Locale;
import java.util.Set;

/** Given names that many people have, where English or Spanish is spoken. */
final class FirstNames {
    private static final Set<String> COMMON = Set.of(
            "james", "john", "robert", "michael", "william", "david", "richard", "joseph", "thomas", "charles",
            "daniel", "matthew", "anthony", "mark", "steven", "paul", "andrew", "kevin", "brian", "george", "edward",
            "peter", "mary", "patricia", "jennifer", "linda", "elizabeth", "barbara", "susan", "jessica", "sarah",
            "karen", "nancy", "lisa", "margaret", "sandra", "ashley", "emily", "donna", "michelle", "carol",
            "amanda", "laura", "anna", "ann", "anne", "julie", "helen", "diane", "emma", "olivia", "alice", "jane",
            "kate", "lucy", "grace", "sophie", "eve", "ben", "sam", "tom", "jack", "henry", "oliver", "harry",
            "adam", "alan", "simon", "martin", "eric", "frank", "antonio", "jose", "manuel", "francisco", "juan",
            "javier", "miguel", "carlos", "rafael", "pedro", "angel", "alejandro", "fernando", "sergio", "pablo",
            "jorge", "alberto", "luis", "alvaro", "diego", "adrian", "raul", "ivan", "enrique", "ramon", "vicente",
            "andres", "joaquin", "santiago", "eduardo", "victor", "roberto", "jaime", "ignacio", "maria", "carmen",
            "ana", "isabel", "dolores", "pilar", "josefa", "teresa", "rosa", "cristina", "angeles", "antonia",
            "marta", "lucia", "francisca", "mercedes", "elena", "concepcion", "rosario", "paula", "raquel", "sara",
            "juana", "manuela", "beatriz", "julia", "silvia", "irene", "rocio", "monica", "ines", "sofia", "alba",
            "andrea", "nuria", "gloria", "inmaculada");

    private FirstNames() {}

    /** Whether one of the first words of the value is such a name. */
    static boolean beginsWithOne(String value) {
        String plain = Normalizer.normalize(value.strip(), Normalizer.Form.NFD)
                .replaceAll("\\p{M}", "")
                .toLowerCase(Locale.ROOT);
        String[] words = plain.split("[ ,]+", 3);
        return COMMON.contains(words[0]) || (words.length > 1 && COMMON.contains(words[1]));
    }
}
