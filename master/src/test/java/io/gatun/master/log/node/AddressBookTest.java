package io.gatun.master.log.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AddressBookTest {
    @TempDir
    private Path directory;

    private static InetSocketAddress at(int port) {
        return InetSocketAddress.createUnresolved("10.0.0.2", port);
    }

    private AddressBook book(Map<Integer, InetSocketAddress> configured) {
        return new AddressBook(directory, configured);
    }

    @Test
    void shouldKeepWhatOnlyTheFirstStartWasTold() {
        AddressBook first = book(Map.of(2, at(5053)));
        assertThat(book(Map.of()).all()).as("no log yet").isEmpty();
        first.keep();
        assertThat(book(Map.of()).all()).containsExactly(Map.entry(2, at(5053)));
    }

    @Test
    void shouldPreferWhatIsConfigured() {
        book(Map.of(2, at(5053))).keep();
        book(Map.of(2, at(5153))).keep();
        assertThat(book(Map.of()).all()).containsExactly(Map.entry(2, at(5153)));
    }

    @Test
    void shouldForgetAFormerMember() {
        AddressBook book = book(Map.of(2, at(5053)));
        book.put(3, at(5054));
        book.remove(2);
        assertThat(book(Map.of()).all()).containsExactly(Map.entry(3, at(5054)));
    }
}
