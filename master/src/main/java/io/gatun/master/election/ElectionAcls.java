package io.gatun.master.election;

import java.util.List;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.data.ACL;

/**
 * Access rights of what the election creates (src/zookeeper/authentication.cpp). Without credentials everybody may do
 * everything. With credentials everybody may read (detectors have none), and only their owner may change; under the
 * parent everybody may also create, because contenders need not share one user.
 */
record ElectionAcls(List<ACL> parent, List<ACL> contender) {
    static ElectionAcls of(boolean authenticated) {
        if (!authenticated) {
            return new ElectionAcls(ZooDefs.Ids.OPEN_ACL_UNSAFE, ZooDefs.Ids.OPEN_ACL_UNSAFE);
        }
        ACL owner = new ACL(ZooDefs.Perms.ALL, ZooDefs.Ids.AUTH_IDS);
        return new ElectionAcls(
                List.of(owner, everyone(ZooDefs.Perms.READ | ZooDefs.Perms.CREATE)),
                List.of(owner, everyone(ZooDefs.Perms.READ)));
    }

    private static ACL everyone(int permissions) {
        return new ACL(permissions, ZooDefs.Ids.ANYONE_ID_UNSAFE);
    }
}
