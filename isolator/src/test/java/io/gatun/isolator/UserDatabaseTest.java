package io.gatun.isolator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class UserDatabaseTest {
    private static final UserDatabase USERS = UserDatabase.parse("""
            root:x:0:0:root:/root:/bin/bash
            # a comment
            www:x:33:34:www:/var/www:/usr/sbin/nologin
            broken:x:
            huge:x:4294967294:1::/:/bin/sh
            """, """
            root:x:0:
            www:x:34:
            log:x:4:syslog,www
            web:x:90:www
            bare:x:91
            """);

    @Test
    void shouldFindAUserByName() {
        assertThat(USERS.find("www")).contains(new Identity(33, 34, List.of(34, 4, 90)));
        assertThat(USERS.find("root")).contains(new Identity(0, 0, List.of(0)));
    }

    @Test
    void shouldFindAUserByNumber() {
        assertThat(USERS.find("33")).contains(new Identity(33, 34, List.of(34, 4, 90)));
    }

    @Test
    void shouldTakeANumberThatNoLineHas() {
        assertThat(USERS.find("4711")).contains(new Identity(4711, 4711, List.of(4711)));
    }

    @Test
    void shouldNotFindANameThatNoLineHas() {
        assertThat(USERS.find("nobody")).isEmpty();
        assertThat(USERS.find("broken")).isEmpty();
        assertThat(USERS.find("")).isEmpty();
        assertThat(USERS.find("99999999999")).isEmpty();
    }

    @Test
    void shouldRefuseAnIdBeyondInt() {
        assertThat(USERS.find("huge")).isEmpty();
    }

    @Test
    void shouldTakeAGroupBesides() {
        assertThat(USERS.find("www:log")).contains(new Identity(33, 4, List.of(4)));
        assertThat(USERS.find("33:90")).contains(new Identity(33, 90, List.of(90)));
        assertThat(USERS.find("4711:4712")).contains(new Identity(4711, 4712, List.of(4712)));
        assertThat(USERS.find("www:nogroup")).isEmpty();
        assertThat(USERS.missing("www:nogroup")).isEqualTo("user=www:nogroup: nogroup is not in /etc/group");
        assertThat(USERS.missing("nobody:www")).isEqualTo("user=nobody:www: nobody is not in /etc/passwd");
    }

    @Test
    void shouldAddSupplementaryGroups() {
        Identity www = USERS.find("www").orElseThrow();
        assertThat(USERS.with(www, List.of("bare", "4", "5000")).groups()).containsExactly(34, 4, 90, 91, 5000);
        assertThatThrownBy(() -> USERS.with(www, List.of("wheel"))).hasMessage("groups=wheel: is not in /etc/group");
    }

    @Test
    void shouldPutStrangersOfAnImageIntoItsGroupZero() {
        UserDatabase image =
                UserDatabase.ofImage("app:x:1001:1001::/:\n".getBytes(StandardCharsets.UTF_8), new byte[0]);
        assertThat(image.find("1002")).contains(new Identity(1002, 0, List.of(0)));
        assertThat(image.find("1001")).contains(new Identity(1001, 1001, List.of(1001)));
        assertThat(UserDatabase.ofImage(new byte[] {(byte) 0xff, ':', 0}, new byte[] {':'})
                        .find("0"))
                .as("no files at all, or rubbish")
                .contains(new Identity(0, 0, List.of(0)));
    }

    @Test
    void shouldPreferANameOfDigits() {
        UserDatabase image = UserDatabase.ofImage("5:x:77:78::/:\n".getBytes(StandardCharsets.UTF_8), new byte[0]);
        assertThat(image.find("5")).contains(new Identity(77, 78, List.of(78)));
    }
}
