// The accounts of the user and the group, by number, by name and in turn.
#include "sockets.h"
#include <grp.h>
#include <pwd.h>

#define PRINT(call) printf(#call " = %d\n", (int)(call))

int main(void) {
    struct passwd *user = getpwuid(getuid()), own_user, *found_user;
    struct group *group = getgrgid(getgid()), own_group, *found_group;
    printf("%s %d %d\n", user->pw_name, (int)user->pw_uid, (int)user->pw_gid);
    printf("%s %d\n", group->gr_name, (int)group->gr_gid);
    PRINT(*user->pw_dir == '/' && *user->pw_shell == '/');
    PRINT(getpwnam("root") != NULL);
    PRINT(getpwnam("nobody of this name") == NULL);
    PRINT(getpwuid(432100) == NULL);
    PRINT(getgrnam("root") != NULL);
    PRINT(getgrnam("nobody of this name") == NULL);
    PRINT(getgrgid(432100) == NULL);

    char text[1024];
    PRINT(getpwuid_r(0, &own_user, text, sizeof text, &found_user));
    PRINT(found_user == &own_user);
    printf("%s %d\n", own_user.pw_name, strcmp(own_user.pw_dir, getpwuid(0)->pw_dir));
    PRINT(getpwnam_r("root", &own_user, text, sizeof text, &found_user));
    PRINT(found_user == &own_user);
    PRINT(getpwuid_r(0, &own_user, text, 1, &found_user) == ERANGE);
    PRINT(found_user == NULL);
    PRINT(getpwuid_r(432100, &own_user, text, sizeof text, &found_user));
    PRINT(found_user == NULL);
    PRINT(getpwnam_r("nobody of this name", &own_user, text, sizeof text, &found_user));
    PRINT(found_user == NULL);
    PRINT(getgrgid_r(0, &own_group, text, sizeof text, &found_group));
    PRINT(found_group == &own_group);
    printf("%s\n", own_group.gr_name);
    PRINT(getgrnam_r("root", &own_group, text, sizeof text, &found_group));
    PRINT(found_group == &own_group);
    PRINT(getgrgid_r(432100, &own_group, text, sizeof text, &found_group));
    PRINT(found_group == NULL);
    PRINT(getgrnam_r("nobody of this name", &own_group, text, sizeof text, &found_group));
    PRINT(found_group == NULL);

    // Linux has more of them, or does not tell all, but each only once.
    for (int round = 0; round < 2; round++) {
        int roots = 0;
        setpwent();
        while ((user = getpwent())) roots += user->pw_uid == 0;
        PRINT(roots <= 1);
        PRINT(getpwent() == NULL);
        endpwent();
        roots = 0;
        setgrent();
        while ((group = getgrent())) roots += group->gr_gid == 0;
        PRINT(roots <= 1);
        PRINT(getgrent() == NULL);
        endgrent();
    }

    gid_t groups[1] = {4321};
    int count = 0;
    PRINT(getgrouplist("nobody of this name", 7, groups, &count));
    PRINT(count);
    PRINT(getgrouplist("nobody of this name", 7, groups, &count));
    PRINT(count);
    PRINT(groups[0]);
}
