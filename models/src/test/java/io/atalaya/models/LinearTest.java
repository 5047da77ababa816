package io.atalaya.models;

import static org.assertj.core.api.Assertions.assertThat;

import de.bwaldvogel.liblinear.Feature;
import de.bwaldvogel.liblinear.FeatureNode;
import org.junit.jupiter.api.Test;

/** Classes in a row of outputs. */
class LinearTest {
    /** A rare class may have no row in what remains when a part is kept apart to be asked about. */
    @Test
    void a_class_between_others_that_no_row_is_of_is_passed_over() {
        Feature[][] rows = new Feature[40][];
        int[] classOf = new int[rows.length];
        for (int i = 0; i < rows.length; i++) {
            classOf[i] = i % 2 == 0 ? 0 : 2;
            rows[i] = new Feature[] {new FeatureNode(1 + i % 2, 1), new FeatureNode(3, 1)};
        }
        Linear learned = Linear.of(Linear.classes(rows, classOf, 2, 1, false, 42), 2, 3);
        for (int i = 0; i < 2; i++) {
            float[] outputs = new float[3];
            for (int c = 0; c < 3; c++) {
                outputs[c] = learned.weights()[i][c] + learned.bias()[c];
            }
            assertThat(outputs[2 * i]).isPositive().isGreaterThan(outputs[2 - 2 * i]);
            assertThat(outputs[1]).isLessThan(-5);
        }
    }
}
