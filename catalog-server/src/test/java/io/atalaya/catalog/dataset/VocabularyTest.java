package io.atalaya.catalog.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VocabularyTest {
    @ParameterizedTest
    @CsvSource({
        "complaints, complaints, 0",
        "complaint, complaints, 0",
        "complaimts, complaints, 1",
        "compalints, complaints, 1",
        "complints, complaints, 1",
        "commplaints, complaints, 1",
        "compalin, complaints, 1",
        "kompalints, complaints, 2",
        "zebra, complaints, 3",
    })
    void errors_are_letters_changed_left_out_added_or_swapped(String written, String word, int errors) {
        assertThat(Vocabulary.errors(written, word, 2)).isEqualTo(errors);
    }

    @Test
    void what_is_near_comes_nearest_first_and_short_words_have_no_errors() {
        Vocabulary vocabulary = new Vocabulary();
        vocabulary.add("orders of customers, by order_day\nordinal 2024 costumes");
        assertThat(vocabulary.near("oders")).extracting(Vocabulary.Near::word).containsExactly("orders");
        assertThat(vocabulary.near("custumers"))
                .extracting(Vocabulary.Near::word)
                .containsExactly("customers", "costumes");
        assertThat(vocabulary.near("odr")).isEmpty();
        assertThat(vocabulary.near("2o24")).isEmpty();
    }
}
