#!/bin/sh
# PID 1 of the test VM. It stands on hostfs, that is on the host's own files: nothing may be written before pivot_root.
# The directory of this file also holds `command`, a shell fragment that ends by exec'ing the guest program, and
# `modules`, the folder of the kernel's modules.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8
dir=$(dirname "$0")

die() {
    echo "gatun-vm: $1"
    # sysrq 'o' powers off at once; leaving PID 1 would panic the kernel with less to read.
    echo o > /proc/sysrq-trigger
    sleep 10
}

mount -n -t proc proc /proc
mount -n -t tmpfs -o size=75%,mode=755 tmpfs /mnt || die "mount tmpfs failed"
mkdir -p /mnt/upper /mnt/work /mnt/root /mnt/modules/lib/modules
release=$(uname -r)
modules=$(cat "$dir/modules")
ln -s "$modules/$release" "/mnt/modules/lib/modules/$release"
modprobe -d /mnt/modules overlay || die "no overlay module for $release under $modules"
mount -n -t overlay -o lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work overlay /mnt/root || die "mount overlay failed"
mkdir /mnt/root/.host
mount -n --move /dev /mnt/root/dev || die "mount --move /dev failed"
cd /mnt/root && pivot_root . .host || die "pivot_root failed"
cd /

# From here on every write ends in the tmpfs.
mount -t proc proc /proc || die "mount /proc failed"
umount -l /.host && rmdir /.host
mount -t sysfs sysfs /sys
mkdir -p /dev/pts /dev/shm
mount -t devpts -o ptmxmode=666 devpts /dev/pts
mount -t tmpfs -o mode=1777 tmpfs /dev/shm
mount -t tmpfs -o mode=755 tmpfs /run
case $dir in
    /tmp/*) ;; # what is to be tested lies there
    *) mount -t tmpfs -o mode=1777 tmpfs /tmp ;; # the host's comes and goes with others' files
esac
ln -sfn /proc/self/fd /dev/fd
mount -t cgroup2 cgroup2 /sys/fs/cgroup || die "mount cgroup2 failed"
echo "+cpu +io +memory +pids" > /sys/fs/cgroup/cgroup.subtree_control || die "cgroup controllers missing"
mkdir -p /lib/modules
ln -sfn "$modules/$release" "/lib/modules/$release"
for module in dummy veth bridge ip_vs ip_vs_rr ip_vs_wrr ip_vs_wlc; do
    modprobe "$module" || die "modprobe $module failed"
done
hostname gatun-vm
ip link set lo up
# The channel to the host: bytes as they are, nothing echoed or translated.
stty raw -echo < /dev/tty1 || die "no /dev/tty1"
sh "$dir/command"
echo "gatun-vm: the guest program ended with status $?"
echo o > /proc/sysrq-trigger
sleep 10
