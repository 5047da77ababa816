package io.atalaya.policies.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StrictYamlTest {
    private final StrictYaml yaml = new StrictYaml();

    enum Size {
        SMALL,
        LARGE
    }

    record Box(
            @Nullable String name,
            @Nullable Size size,
            @Nullable List<String> holds,
            @Nullable Map<String, Box> inside,
            @Nullable Integer weight) {
        Box {
            if (weight != null && weight < 0) {
                throw new IllegalArgumentException("weight must not be negative");
            }
        }
    }

    private YamlProblem problem(String text) {
        return catchThrowableOfType(YamlProblem.class, () -> yaml.document("box.yaml", text, Box.class));
    }

    @Test
    void reads_what_is_described_and_takes_one_value_for_a_list() {
        YamlDocument<Box> box = yaml.document("box.yaml", """
                name: outer
                size: LARGE
                holds: shoes
                inside:
                  left: {holds: [a, b]}
                """, Box.class);
        assertThat(box.value().holds()).containsExactly("shoes");
        assertThat(box.positions()).containsEntry("inside.left.holds[1]", new YamlDocument.Position(5, 21));
    }

    @Test
    void takes_an_empty_file_as_nothing() {
        assertThat(yaml.document("box.yaml", "# nothing\n", Box.class).value())
                .isEqualTo(new Box(null, null, null, null, null));
    }

    @Test
    void names_the_place_and_the_allowed_keys_of_an_unknown_one() {
        YamlProblem problem = problem("name: x\ninside:\n  left:\n    sise: SMALL\n");
        assertThat(problem.line()).isEqualTo(4);
        assertThat(problem.column()).isEqualTo(5);
        assertThat(problem.key()).isEqualTo("inside.left.sise");
        assertThat(problem.allowed()).containsExactly("holds", "inside", "name", "size", "weight");
        assertThat(problem)
                .hasMessage(
                        "box.yaml:4:5: inside.left.sise: unknown key 'sise'; allowed: holds, inside, name, size, weight");
    }

    @Test
    void names_the_place_and_the_allowed_values_of_an_enumeration() {
        YamlProblem problem = problem("name: x\nsize: MEDIUM\n");
        assertThat(problem.line()).isEqualTo(2);
        assertThat(problem.allowed()).containsExactly("SMALL", "LARGE");
        assertThat(problem).hasMessageContaining("'MEDIUM'");
    }

    @Test
    void names_a_repeated_key() {
        YamlProblem problem = problem("name: x\nweight: 1\nname: y\n");
        assertThat(problem.line()).isEqualTo(3);
        assertThat(problem.key()).isEqualTo("name");
        assertThat(problem).hasMessageContaining("repeated");
    }

    @Test
    void names_a_value_of_the_wrong_kind_without_speaking_of_classes() {
        YamlProblem problem = problem("name: x\nweight: heavy\n");
        assertThat(problem.line()).isEqualTo(2);
        assertThat(problem.key()).isEqualTo("weight");
        assertThat(problem).hasMessage("box.yaml:2:1: weight: must be a whole number");
        YamlProblem list = problem("inside: [a]\n");
        assertThat(list.line()).isEqualTo(1);
        assertThat(list).hasMessage("box.yaml:1:1: inside: must be keys with values");
    }

    @Test
    void passes_on_what_a_record_refuses() {
        YamlProblem problem = problem("inside:\n  left: {weight: -1}\n");
        assertThat(problem.line()).isEqualTo(2);
        assertThat(problem).hasMessageContaining("weight must not be negative");
    }

    @Test
    void refuses_what_is_not_yaml_and_aliases() {
        assertThat(problem("name: [x\nsize: y").line()).isEqualTo(2);
        assertThat(problem("inside: {a: &x {name: y}, b: *x}")).hasMessageContaining("alias");
        assertThat(problem("a: 1\n---\nb: 2\n").getMessage()).contains("box.yaml");
        assertThat(problem("name: " + "[".repeat(10_000)).getMessage()).contains("box.yaml");
    }

    @Test
    void reads_a_folder_in_name_order_and_says_which_file_is_wrong(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("b.yaml"), "name: b");
        Files.writeString(folder.resolve("a.yml"), "name: a");
        Files.writeString(folder.resolve("notes.txt"), "not yaml: [");
        assertThat(yaml.readAll(folder, Box.class))
                .extracting(document -> document.value().name())
                .containsExactly("a", "b");
        assertThat(yaml.readAll(folder.resolve("absent"), Box.class)).isEmpty();
        Files.write(folder.resolve("c.yaml"), new byte[] {'n', ':', ' ', (byte) 0xff});
        assertThatThrownBy(() -> yaml.readAll(folder, Box.class))
                .isInstanceOf(YamlProblem.class)
                .hasMessageContaining("c.yaml")
                .hasMessageContaining("UTF-8");
    }
}
