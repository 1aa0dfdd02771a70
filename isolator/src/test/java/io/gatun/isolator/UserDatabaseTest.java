package io.gatun.isolator;

import static org.assertj.core.api.Assertions.assertThat;

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
}
