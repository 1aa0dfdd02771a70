package io.gatun.ipvs;

import io.gatun.ffm.Errno;
import io.gatun.ffm.SyscallException;
import io.gatun.ffm.netlink.GenlFamily;
import io.gatun.ffm.netlink.NetlinkSocket;
import io.gatun.ffm.netlink.NlReply;
import io.gatun.ffm.netlink.NlRequest;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The kernel's virtual services, over netlink. It keeps no copy of them: every comparison reads the kernel. Needs
 * CAP_NET_ADMIN. Not thread-safe.
 */
final class IpvsBackend implements AutoCloseable {
    private static final long TIMEOUT_MS = 5_000;
    /** A race with another writer settles in one round; more rounds than this mean that someone undoes our changes. */
    private static final int ROUNDS_MAX = 4;

    private final NetlinkSocket socket;
    private final IpvsCodec codec;
    private final List<String> schedulers;
    private int scheduler;

    private IpvsBackend(NetlinkSocket socket, int family, String scheduler) {
        this.socket = socket;
        this.codec = new IpvsCodec(family);
        Set<String> candidates = new LinkedHashSet<>(List.of(scheduler, "wrr", "rr"));
        this.schedulers = List.copyOf(candidates);
    }

    /**
     * Finds the IPVS family; the kernel loads ip_vs for that if it can.
     *
     * @param scheduler the one to use where the kernel has it, else wrr, else rr
     * @return empty when this kernel has no ip_vs
     */
    static Optional<IpvsBackend> open(String scheduler) {
        NetlinkSocket socket = NetlinkSocket.open(NetlinkSocket.NETLINK_GENERIC, TIMEOUT_MS);
        try {
            OptionalInt family = GenlFamily.resolve(socket, IpvsCodec.FAMILY);
            if (family.isEmpty()) {
                socket.close();
                return Optional.empty();
            }
            return Optional.of(new IpvsBackend(socket, family.getAsInt(), scheduler));
        } catch (RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /** The scheduler that new services get. */
    String scheduler() {
        return schedulers.get(scheduler);
    }

    /**
     * Reads the kernel's services and their backends.
     *
     * @param ours says by the virtual address which services to read; the others are left alone
     */
    IpvsState read(Predicate<Inet4Address> ours) {
        Map<IpvsService.Key, IpvsService> services = new LinkedHashMap<>();
        for (NlReply reply : socket.dump(codec.dumpServices())) {
            IpvsCodec.parseService(reply)
                    .filter(service -> ours.test(service.address()))
                    .ifPresent(service -> services.put(service.key(), service));
        }
        Map<IpvsService.Key, List<VipBackend>> backends = new LinkedHashMap<>();
        for (IpvsService.Key key : services.keySet()) {
            List<VipBackend> list = new ArrayList<>();
            for (NlReply reply : socket.dump(codec.dumpDestinations(key))) {
                IpvsCodec.parseDestination(reply).ifPresent(list::add);
            }
            backends.put(key, list);
        }
        return new IpvsState(services, backends);
    }

    /**
     * Makes the kernel's services those of the table: reads, sends the differences, and reads again when the kernel
     * turned out to have changed meanwhile.
     *
     * @param ours as for {@link #read}: services of these addresses that the table does not have are removed
     * @return how many changes were sent
     * @throws SyscallException naming the change that was refused; the others have been made
     */
    int converge(VipTable table, Predicate<Inet4Address> ours) {
        int sent = 0;
        SyscallException refused = null;
        for (int round = 0; round < ROUNDS_MAX; round++) {
            IpvsState wanted = IpvsState.wanted(table, scheduler());
            Predicate<Inet4Address> relevant = ours.or(address -> wanted.services().keySet().stream()
                    .anyMatch(key -> key.address().equals(address)));
            List<IpvsChange> changes = read(relevant).changesTo(wanted);
            if (changes.isEmpty()) {
                return sent;
            }
            refused = send(changes);
            sent += changes.size();
            if (refused == null) {
                return sent;
            }
        }
        throw refused;
    }

    /** @return the first refusal that another look at the kernel may settle, or null when all went well */
    private SyscallException send(List<IpvsChange> changes) {
        List<NlRequest> requests = changes.stream().map(this::request).toList();
        int[] errors = socket.submit(requests);
        boolean nextScheduler = false;
        SyscallException race = null;
        for (int i = 0; i < errors.length; i++) {
            if (errors[i] == 0) {
                continue;
            }
            NlRequest request = requests.get(i);
            SyscallException failure = new SyscallException(request.call(), request.object(), errors[i]);
            boolean setsScheduler = changes.get(i) instanceof IpvsChange.AddService
                    || changes.get(i) instanceof IpvsChange.SetScheduler;
            if (setsScheduler && errors[i] == Errno.ENOENT && scheduler + 1 < schedulers.size()) {
                nextScheduler = true;
            } else if (errors[i] != Errno.EEXIST && errors[i] != Errno.ENOENT && errors[i] != Errno.ESRCH) {
                throw failure;
            }
            race = race == null ? failure : race;
        }
        if (nextScheduler) {
            scheduler++;
        }
        return race;
    }

    private NlRequest request(IpvsChange change) {
        return switch (change) {
            case IpvsChange.AddService add -> codec.newService(add.service());
            case IpvsChange.SetScheduler set -> codec.setService(set.service());
            case IpvsChange.RemoveService remove -> codec.deleteService(remove.key());
            case IpvsChange.AddBackend add -> codec.newDestination(add.key(), add.backend());
            case IpvsChange.SetWeight set -> codec.setDestination(set.key(), set.backend());
            case IpvsChange.RemoveBackend remove -> codec.deleteDestination(remove.key(), remove.backend());
        };
    }

    @Override
    public void close() {
        socket.close();
    }
}
