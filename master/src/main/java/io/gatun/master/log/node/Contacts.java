package io.gatun.master.log.node;

import io.gatun.master.log.Members;
import org.agrona.collections.Int2ObjectHashMap;

/** When others last answered the leader or candidate that this replica is. One thread. */
final class Contacts {
    private static final class Contact {
        private long at;
    }

    private final Int2ObjectHashMap<Contact> contacts = new Int2ObjectHashMap<>();
    private long began;

    /** Forgets, for the next attempt to lead. */
    void begin(long now) {
        began = now;
        contacts.clear();
    }

    void heard(int peer, long now) {
        Contact contact = contacts.get(peer);
        if (contact == null) {
            contact = new Contact();
            contacts.put(peer, contact);
        }
        contact.at = now;
    }

    /** Whether a quorum, this replica included, has answered within a time. */
    boolean isQuorum(Members members, int self, long now, long withinNs) {
        if (now - began <= withinNs) {
            return true;
        }
        int count = 0;
        for (int voter : members.voters()) {
            Contact contact = contacts.get(voter);
            if (voter == self || (contact != null && now - contact.at <= withinNs)) {
                count++;
            }
        }
        return count >= members.quorum();
    }
}
