"""团队 and 常设队伍 in the browser: named, called, left, ended, kept by a name; refused in sentences, nothing typed lost."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse

from gezhi.ledger import clock
from gezhi.matters import events, queries
from gezhi.matters.models import Member, StandingMember, StandingTeam
from gezhi.matters.tests.liuxi import FRIDAY, World
from gezhi.matters.tests.test_besides import another_department
from gezhi.matters.tests.test_path import opened, step
from gezhi.matters.tests.test_walls import seated
from gezhi.people import queries as people
from gezhi.people.models import Term

from .conftest import Sit


def in_grid(world: World) -> str:
    number = opened(world).number
    step(world, number, "he", "accept")
    return number


def told(sit: Sit, who: str, address: str) -> str:
    return sit(who).get(address).content.decode()


def test_the_lead_names_people_who_find_it_in_their_inbox_write_and_leave(world: World, sit: Sit) -> None:
    number = in_grid(world)
    team, matter = reverse("desk:team", args=[number]), reverse("desk:matter", args=[number])
    assert sit("song").get(matter).status_code == 404
    assert team in told(sit, "lin", matter)
    assert "请人一起办" in told(sit, "lin", matter)
    assert "请人一起办" not in told(sit, "qiao", matter), "only who leads names"
    wrong = sit("lin").post(team, {"what": "name", "who-1": "宋样本", "role-1": "", "note": "要会方言的"})
    assert (wrong.status_code, "请写来做什么" in wrong.content.decode()) == (422, True)
    assert "要会方言的" in wrong.content.decode()
    nobody = sit("lin").post(team, {"what": "name", "who-1": "不在的人", "role-1": "调解"})
    assert "在岗而不必回避的人里没有叫「不在的人」的" in nobody.content.decode()
    assert "请写请谁进团队" in sit("lin").post(team, {"what": "name"}).content.decode()
    done = sit("lin").post(team, {"what": "name", "who-1": "宋样本", "role-1": "翻译"}, follow=True)
    assert "1 个人进了团队" in done.content.decode()

    inbox = told(sit, "song", reverse("desk:inbox"))
    assert "我在 1 件的团队里" in inbox
    assert matter in inbox
    page = told(sit, "song", matter)
    assert "宋样本" in page
    assert "翻译" in page
    assert 'name="who-1"' not in told(sit, "song", team)
    assert "请写为什么退出" in sit("song").post(team, {"what": "leave", "note": ""}).content.decode()
    left = sit("song").post(team, {"what": "leave", "note": "调走了"}, follow=True)
    assert "已退出" in left.content.decode()
    assert sit("song").get(matter).status_code == 404
    again = told(sit, "lin", team)
    assert "自己退出" in again
    row = Member.objects.get()
    sit("lin").post(team, {"what": "name", "who-1": f"person:{row.account.hex}", "role-1": "翻译"})
    live = Member.objects.get(ended_at=None)
    ended = sit("lin").post(team, {"what": "end", "member": str(live.id), "note": ""}, follow=True)
    assert "宋样本不在团队里了" in ended.content.decode()
    assert not Member.objects.filter(ended_at=None).exists()


def standing(world: World, sit: Sit, who: str = "qiao", **more: object) -> StandingTeam:
    keeper = next(
        iter(dict(sit(who).get(reverse("desk:standing_teams")).context["form"].fields["keeper"].choices))
    )
    given = {
        "keeper": keeper, "name": "桥东调解队", "does": "邻里纠纷上门调解", "from_on": "2026-11-01", "last_on": "",
        "who-1": "宋样本", "role-1": "调解", "who-2": "林样本", "role-2": "带路", "who-3": "朱样本", "role-3": "看房",
        **more,
    }  # fmt: skip
    answer = sit(who).post(reverse("desk:standing_teams"), given)
    assert answer.status_code == 302, answer.context["form"].errors
    return StandingTeam.objects.get(name=given["name"])


def test_a_standing_team_is_called_in_one_act_and_who_cannot_come_is_told_of(world: World, sit: Sit) -> None:
    row = standing(world, sit)
    number = in_grid(world)
    team = reverse("desk:team", args=[number])
    page = told(sit, "lin", team)
    assert "桥东调解队" in page
    assert "邻里纠纷上门调解" in page
    done = sit("lin").post(team, {"what": "call", "team": str(row.id)}, follow=True).content.decode()
    assert "2 个人进了团队" in done
    assert "林样本，就在牵头的岗位上" in done
    assert dict(Member.objects.values_list("role", "team")) == {"调解": row.id, "看房": row.id}
    again = sit("lin").post(team, {"what": "call", "team": str(row.id)})
    assert "没有人能来" in again.content.decode()
    assert "宋样本，已经在团队里" in again.content.decode()
    elsewhere = opened(world).number
    step(world, elsewhere, "he", "accept")
    other = sit("song").post(reverse("desk:team", args=[elsewhere]), {"what": "call", "team": str(row.id)})
    assert other.status_code == 404, "it is not song's to see"


def test_a_standing_team_is_changed_ended_and_resumed_by_its_desk_and_keeps_its_history(
    world: World, sit: Sit
) -> None:
    row = standing(world, sit)
    address = reverse("desk:standing_team", args=[row.id])
    for stranger in ("lin", "zhu"):
        assert sit(stranger).get(address).status_code == 404
        assert "桥东调解队" not in told(sit, stranger, reverse("desk:standing_teams"))
    given = {
        "name": "桥东调解队", "does": "上门调解", "from_on": "2026-11-01", "last_on": "", "seen": row.version,
        "who-1": "宋样本", "role-1": "主持", "who-2": "林样本", "role-2": "带路",
    }  # fmt: skip
    with clock.fixed(FRIDAY + timedelta(days=3)):
        assert sit("qiao").post(address, given).status_code == 302
        assert "刚刚有人改过" in sit("qiao").post(address, given).content.decode()
        rows = StandingMember.objects.filter(team=row.id)
        assert sorted(rows.filter(until_on=None).values_list("role", flat=True)) == ["主持", "带路"]
        assert sorted(rows.exclude(until_on=None).values_list("role", flat=True)) == ["看房", "调解"]
        assert "看房" in told(sit, "qiao", address), "who was in it stands below"
        number = in_grid(world)
        sit("qiao").post(address, {"what": "end", "seen": 2})
        assert "桥东调解队" not in told(sit, "lin", reverse("desk:team", args=[number]))
        assert "已结束" in told(sit, "qiao", reverse("desk:standing_teams"))
        sit("qiao").post(address, {"what": "resume", "seen": 3})
        assert "桥东调解队" in told(sit, "lin", reverse("desk:team", args=[number]))


def test_what_is_wrong_with_a_standing_team_is_said_beside_the_field(world: World, sit: Sit) -> None:
    standing(world, sit)
    page = sit("qiao").get(reverse("desk:standing_teams"))
    keeper = next(iter(dict(page.context["form"].fields["keeper"].choices)))
    good = {"keeper": keeper, "name": "另一支", "does": "看房", "from_on": "2026-11-01", "who-1": "宋样本", "role-1": "看房"}  # fmt: skip
    for wrong, field, said in (
        ({"name": "桥东调解队"}, "name", "已经有一支叫这个名的队伍"),
        ({"last_on": "2026-10-01"}, "last_on", "最后一天在第一天前面"),
        ({"does": "打 13800001234"}, "does", "电话"),
        ({"who-1": "", "role-1": ""}, "who-1", "请写队里有谁"),
        ({"who-2": "宋样本", "role-2": "开车"}, "who-1", "写了两次"),
        ({"keeper": "department:housing"}, "keeper", "列表里没有"),
    ):  # fmt: skip
        answer = sit("qiao").post(reverse("desk:standing_teams"), good | wrong)
        assert answer.status_code == 422
        assert said in "".join(answer.context["form"].errors[field]), field
    assert StandingTeam.objects.count() == 1


def test_a_departments_team_is_called_where_the_department_handles(world: World, sit: Sit) -> None:
    another_department(world)
    seated(world, "fang", "方样本", "department", "county", "housing")
    row = standing(world, sit, "zhu", name="房屋安全组", **{"who-3": "方样本"})
    number = in_grid(world)
    assert "房屋安全组" not in told(sit, "lin", reverse("desk:team", args=[number]))
    assert row.keeper == "department:housing"
    assert "房屋安全组" in told(sit, "fang", reverse("desk:standing_teams"))
    assert [e.what for e in queries.ledger.story(row.id)] == [events.STANDING_MADE]


def test_why_somebody_without_a_post_of_matters_cannot_be_named_is_said(world: World, sit: Sit) -> None:
    """A volunteer sits somewhere, and sees no matter: named by name, the page says so, and so does the form of a team."""
    seated(world, "zhi", "志样本", "volunteer", "community")
    number = in_grid(world)
    team = reverse("desk:team", args=[number])
    assert "如平安志愿者" in told(sit, "lin", team)
    assert '<option value="志样本">' not in told(sit, "lin", team), "not offered"
    assert '<option value="宋样本">' in told(sit, "lin", team)
    answer = sit("lin").post(team, {"what": "name", "who-1": "志样本", "role-1": "联络"})
    said = answer.context["form"].errors["who-1"][0]
    assert (answer.status_code, said.startswith("志样本（平安志愿者")) == (422, True)
    assert "不办事项、不看事项" in said
    keeper = next(
        iter(dict(sit("qiao").get(reverse("desk:standing_teams")).context["form"].fields["keeper"].choices))
    )
    given = {"keeper": keeper, "name": "一队", "does": "看房", "from_on": "2026-11-01", "who-1": "志样本", "role-1": "联络"}  # fmt: skip
    page = sit("qiao").post(reverse("desk:standing_teams"), given)
    assert "不办事项、不看事项" in page.context["form"].errors["who-1"][0]
    assert not StandingTeam.objects.exists()


def test_of_a_standing_team_who_cannot_come_is_said_and_nobody_is_offered_who_cannot(
    world: World, sit: Sit
) -> None:
    """Of three one came to lead, one has only a volunteer's post by now, and one no post at all."""
    row = standing(world, sit, **{"who-3": "朱样本", "role-3": "看房"})
    number = in_grid(world)
    team = reverse("desk:team", args=[number])
    seated(world, "zhi", "志样本", "volunteer", "community")
    seated(world, "wen", "文样本", "grid_worker", "grid")
    Term.objects.filter(account=world.accounts["wen"]).delete()
    StandingMember.objects.filter(team=row.id, role="看房").update(account=world.accounts["wen"])
    StandingMember.objects.filter(team=row.id, role="调解").update(account=world.accounts["zhi"])
    people.forget()
    page = told(sit, "lin", team)
    assert "志样本，岗位不办事项，不看事项；" in page
    assert "文样本，今天没有岗位" in page
    assert "请不了，没有人能来" in page
    assert 'name="team"' not in page
    kept = told(sit, "qiao", reverse("desk:standing_team", args=[row.id]))
    assert "志样本（调解）</span>" not in kept
    assert "岗位不办事项，请不来" in kept
    assert "person:" not in kept, "who is in it is called by name in the form, too"
    form = sit("qiao").get(reverse("desk:standing_team", args=[row.id])).context["form"]
    said = {name: form[name].value() or "" for name in form.fields} | {"last_on": "", "does": "换句话"}
    saved = sit("qiao").post(reverse("desk:standing_team", args=[row.id]), said)
    assert saved.status_code == 302, saved.context["form"].errors
    assert StandingMember.objects.filter(team=row.id, until_on=None).count() == 3
    StandingMember.objects.filter(team=row.id, role="看房").update(account=world.accounts["song"])
    page = told(sit, "lin", team)
    assert "来不了的：" in page
    assert f'name="team" value="{row.id}"' in page
