package io.gatun.ffm.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenTextTest {
    private static final NameForm FORM = new NameForm(List.of("_ID_", "/_BOX_"), List.of(List.of("p", "_ARGS_")));
    private static final Names NAMES =
            new Names(FORM, List.of("web-1", "/srv/\u00e4"), List.of(List.of("p", "-x", "")));

    @ParameterizedTest
    @CsvSource({
        "_ID_,               web-1",
        "_ID_/a,             web-1/a",
        "/cg/_ID_,           /cg/web-1",
        "/cg/_ID_/tasks,     /cg/web-1/tasks",
        "/_BOX_/_ID_-_ID_,   /srv/\u00e4/web-1-web-1",
        "_ID__ID_,           web-1web-1",
        "_ID_/_BOX_,         web-1/srv/\u00e4",
        "__ID_,              _web-1",
        "/_BOX,              /_BOX",
        "_ID,                _ID",
    })
    void shouldFillInEveryPlaceholder(String text, String filled) {
        assertThat(OpenText.of(text, FORM).with(NAMES)).isEqualTo(filled);
        assertThat(NAMES.fill(text)).isEqualTo(filled);
        assertThat(OpenText.of(text, FORM).isOpen()).isEqualTo(!text.equals(filled));
    }

    @Test
    void shouldLeaveOtherTextsAsTheyAre() {
        assertThat(OpenText.of("", FORM).with(NAMES)).isEmpty();
        assertThat(OpenText.of("", FORM).isOpen()).isFalse();
        assertThat(OpenText.of("_ID_", NameForm.NONE).with(Names.NONE)).isEqualTo("_ID_");
        assertThat(Names.NONE.fill("_ID_")).isEqualTo("_ID_");
    }

    @Test
    void shouldNotFillInWhatANameHappensToContain() {
        Names tricky = new Names(FORM, List.of("/_BOX_", "_ID_"), NAMES.lists());
        assertThat(OpenText.of("/_BOX_:_ID_", FORM).with(tricky)).isEqualTo("_ID_:/_BOX_");
    }

    @Test
    void shouldFillInEmptyNames() {
        Names empty = new Names(FORM, List.of("", ""), List.of(List.of()));
        assertThat(OpenText.of("_ID_/_BOX_", FORM).with(empty)).isEmpty();
        assertThat(OpenText.of("a_ID_b/_BOX_c", FORM).with(empty)).isEqualTo("abc");
    }

    @Test
    void shouldRefuseAnotherNumberOfNames() {
        assertThatThrownBy(() -> new Names(FORM, List.of("web-1"), List.of(List.of())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("names: texts=1, lists=1: must be 2 and 1");
        assertThatThrownBy(() -> new Names(FORM, List.of("web-1", "/srv"), List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("names: texts=2, lists=0: must be 2 and 1");
    }

    @Test
    void shouldFillInListsAsAWhole() {
        assertThat(NAMES.fill(List.of("p", "_ARGS_"))).containsExactly("p", "-x", "");
        assertThat(NAMES.fill(List.of("p", "_ARGS_", ""))).containsExactly("p", "_ARGS_", "");
    }

    @Test
    void shouldNotPrintLists() {
        assertThat(new Names(FORM, List.of("web-1", "/srv"), List.of(List.of("TOKEN=secret"))))
                .hasToString("Names[web-1, /srv]");
    }
}
